import { Phase } from '../../domain/submission/phase.ts'
import { raiseAttention } from '../steps.ts'
import type { SubmissionRun } from '../submission-run.ts'
import { tell } from './notify.ts'

/** The data must change: a corrected version goes through the whole path again, `retry` repeats it as it is. */
export async function needsCorrection(run: SubmissionRun): Promise<Phase> {
  await run.wait(
    { for: 'исправление: correct, retry или abandon' },
    () => run.decision !== undefined,
  )
  const decision = run.takeDecision()
  run.reason = undefined
  if (decision?.kind === 'abandon') return run.hold(Phase.cancelled, 'abandoned-by-operator')
  run.lastVerdict = undefined
  return Phase.checkingConsent
}

/** Something outside the data must change. A late answer of the registry ends the hold by itself. */
export async function needsAttention(run: SubmissionRun): Promise<Phase> {
  const reason = run.reason ?? 'unexpected-failure'
  await raiseAttention({ key: run.key('raise-attention'), reason })
  await tell(run, 'needs-attention')
  await run.wait(
    { for: 'решение сотрудника: retry или abandon' },
    () => run.decision !== undefined || run.answers.length > 0,
  )
  const decision = run.takeDecision()
  run.reason = undefined
  if (decision?.kind === 'abandon') return run.hold(Phase.cancelled, 'abandoned-by-operator')
  if (!decision) return Phase.awaitingAcknowledgement
  if (run.resumeAt === Phase.awaitingAcknowledgement) run.sentAt = Date.now()
  return run.resumeAt
}
