import { CancellationScope } from '@temporalio/workflow'
import type { AnswerOutcome } from '../../domain/submission/outcomes.ts'
import { Phase } from '../../domain/submission/phase.ts'
import { Verdict } from '../../domain/submission/verdict.ts'
import { recordAnswer } from '../steps.ts'
import type { SubmissionRun } from '../submission-run.ts'
import { tell } from './notify.ts'

/** Records what has arrived, oldest first. The first final answer about the current version decides; the rest is noted. */
export async function readAnswers(run: SubmissionRun): Promise<Phase | undefined> {
  for (let id = run.answers.shift(); id !== undefined; id = run.answers.shift()) {
    const answer = await record(run, id)
    switch (answer.kind) {
      case 'accepted':
        run.lastVerdict = Verdict.accepted
        run.retainUntil = answer.retainUntil
        return Phase.notifying
      case 'rejected':
        return await refused(run, Verdict.rejected, 'registry-rejected')
      case 'correction-required':
        return await refused(run, Verdict.correctionRequired, 'registry-correction')
      case 'clarification-required':
        return await refused(run, Verdict.clarificationRequired, 'registry-clarification')
      // A person decides about it: told of the decision, the run reads it again.
      case 'without-effect':
        run.forgetAnswer(id)
        break
      case 'processing':
      case 'outdated':
        break
    }
  }
  return undefined
}

/** Not cancellable: an answer taken off the list is either recorded or kept for the next reading, never lost. */
async function record(run: SubmissionRun, acknowledgementId: string): Promise<AnswerOutcome> {
  try {
    return await CancellationScope.nonCancellable(() =>
      recordAnswer({
        key: run.key('record-answer'),
        acknowledgementId,
      }),
    )
  } catch (error) {
    run.unreadable.push(acknowledgementId)
    throw error
  }
}

/** A refusal is work, not an error: the doctor hears of it and the run waits for the corrected version. */
async function refused(run: SubmissionRun, verdict: Verdict, reason: string): Promise<Phase> {
  run.lastVerdict = verdict
  run.undo.delete('withdraw')
  await tell(run, 'result-rejected')
  return run.hold(Phase.needsCorrection, reason)
}
