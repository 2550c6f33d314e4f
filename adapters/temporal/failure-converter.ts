import { DefaultFailureConverter } from '@temporalio/common'

/** Messages and stack traces of failures go through the codec too. Loaded by path, in workers and in the workflow bundle. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true })
