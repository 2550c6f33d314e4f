import { Phase } from '../../domain/submission/phase.ts'
import { failureOf } from '../failure.ts'
import { voidDocument, withdrawDocument } from '../steps.ts'
import type { SubmissionRun } from '../submission-run.ts'
import { needsAttention } from './holds.ts'
import { tell } from './notify.ts'

/**
 * The consent ended while the registry holds an unanswered document: ask it to give the document back. When it refuses
 * (already registered), the run goes on waiting for the answer: a registered document stays registered.
 */
export async function withdrawConsentless(run: SubmissionRun): Promise<Phase | undefined> {
  run.takeConsentNews()
  await tell(run, 'consent-changed')
  const outcome = await withdrawDocument({
    key: run.key('withdraw'),
    reason: 'consent-withdrawn',
    timeoutMs: run.input.policy.sendTimeoutMs,
  })
  if (outcome.kind === 'refused') return undefined
  run.undo.delete('withdraw')
  return run.hold(Phase.awaitingConsent, 'consent-withdrawn')
}

/** Compensation, newest first. A failed withdrawal is a task for a person, never swallowed. */
export async function undoAll(run: SubmissionRun, reason: string): Promise<Phase> {
  if (run.undo.has('withdraw')) {
    const left = await withdraw(run, reason)
    if (left) return left
  }
  if (run.undo.has('void')) {
    await voidDocument({ key: run.key('void-document'), reason })
    run.undo.delete('void')
  }
  return Phase.cancelled
}

async function withdraw(run: SubmissionRun, reason: string): Promise<Phase | undefined> {
  for (;;) {
    try {
      const outcome = await withdrawDocument({
        key: run.key('withdraw'),
        reason,
        timeoutMs: run.input.policy.sendTimeoutMs,
      })
      if (outcome.kind === 'withdrawn') {
        run.undo.delete('withdraw')
        return undefined
      }
      run.hold(Phase.needsAttention, 'withdrawal-refused')
    } catch (error) {
      run.hold(
        Phase.needsAttention,
        failureOf(error).code === 'activity-timeout' ? 'withdrawal-failed' : failureOf(error).code,
      )
    }
    run.phase = Phase.needsAttention
    run.resumeAt = Phase.cancelled
    const next = await needsAttention(run)
    if (next === Phase.awaitingAcknowledgement) return next
    // A person ended it with the document still at the registry: that stands in the timeline with their name.
    if (run.reason === 'abandoned-by-operator') return undefined
  }
}
