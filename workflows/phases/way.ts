import type { Stopped } from '../../domain/submission/outcomes.ts'
import { Phase } from '../../domain/submission/phase.ts'
import type { SubmissionRun } from '../submission-run.ts'

/** Where a run goes that its set does not let go on. */
export function divert(run: SubmissionRun, way: Stopped): Phase {
  switch (way.kind) {
    case 'superseded':
      run.superseded ??= way.reason
      return endSuperseded(run)
    case 'questioned':
      run.resumeAt = Phase.checkingConsent
      return run.hold(Phase.needsAttention, 'question-open')
    case 'earlier-out':
      return Phase.awaitingPredecessor
  }
}

/** Nothing of it leaves any more; what has left is undone. */
export function endSuperseded(run: SubmissionRun): Phase {
  run.supersessionMet = true
  return run.hold(Phase.cancelled, run.superseded ?? 'superseded')
}

/** An earlier document of the set is out: its answer or its end wakes this run; it also looks by itself. */
export async function awaitingPredecessor(run: SubmissionRun): Promise<Phase> {
  const wakeAt = Date.now() + run.input.policy.pollMaxMs
  await run.wait(
    { for: 'ответ реестра о прежнем документе', wakeAt },
    () => run.cleared || run.consentLost(),
  )
  run.takeCleared()
  return Phase.assembling
}
