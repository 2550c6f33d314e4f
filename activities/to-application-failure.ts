import { ApplicationFailure, CancelledFailure } from '@temporalio/common'
import { isAppError } from '../domain/shared/app-error.ts'

/**
 * The one translation from our errors to Temporal's. The code becomes the failure's type; only transient failures are
 * repeated. Messages of unexpected errors may quote data, so they stay behind: the type of the error is all that travels.
 */
export function toApplicationFailure(error: unknown): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error
  if (isAppError(error)) {
    return ApplicationFailure.create({
      type: error.code,
      message: error.code,
      nonRetryable: error.class !== 'transient',
      details: [{ class: error.class, ...error.details }],
      ...(error.retryAfterMs === undefined ? {} : { nextRetryDelay: error.retryAfterMs }),
    })
  }
  const name = error instanceof Error ? error.name : typeof error
  const failure = ApplicationFailure.create({
    type: 'unexpected-failure',
    message: name,
    nonRetryable: false,
  })
  failure.stack = error instanceof Error ? framesOf(error) : ''
  return failure
}

/** The stack without its first lines, which repeat the message. */
export function framesOf(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
}
