import type { SubmissionView } from '../../../adapters/storage/port.ts'
import { type Act, refusalOf } from '../../../domain/submission/acts.ts'
import { ApiProblem } from '../../problem.ts'
import { submissionPath } from './answer.ts'

/** Refuses what cannot be done with a submission any more, and names the one in its place where there is one. */
export function assertPossible(act: Act, view: SubmissionView): void {
  const refusal = refusalOf(act, view)
  if (refusal === undefined) return
  const { replacedBy } = view
  throw new ApiProblem(refusal, {
    ...(replacedBy === null
      ? {}
      : { extensions: { links: { replacedBy: submissionPath(replacedBy) } } }),
  })
}
