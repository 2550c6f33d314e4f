import { Phase } from '../../domain/submission/phase.ts'
import { Verdict } from '../../domain/submission/verdict.ts'
import { findInRegistry, recordAnswer } from '../steps.ts'
import type { SubmissionRun } from '../submission-run.ts'
import { tell } from './notify.ts'
import { withdrawConsentless } from './undo.ts'

/**
 * Waits for the registry's word: a signal from the callback, or a poll when it is silent. Answers may come early, late,
 * twice or out of order; each is recorded once and the first final one decides.
 */
export async function awaitingAcknowledgement(run: SubmissionRun): Promise<Phase> {
  const { policy } = run.input
  const sentAt = run.sentAt ?? Date.now()
  const deadline = sentAt + policy.acknowledgementDeadlineMs
  const reminders = policy.reminderMs.map((after) => sentAt + after).filter((at) => at > Date.now())
  let pause = policy.pollFirstMs
  let nextPoll = Date.now() + pause
  for (;;) {
    const wakeAt = Math.min(deadline, nextPoll, ...reminders)
    await run.wait(
      { for: 'ответ реестра', until: wakeAt, reason: `до ${new Date(deadline).toISOString()}` },
      () => run.answers.length > 0 || run.consentLost(),
    )
    const decided = await readAnswers(run)
    if (decided) return decided
    if (run.consentLost()) {
      const left = await withdrawConsentless(run)
      if (left) return left
      continue
    }
    if (Date.now() >= deadline) return overdue(run)
    if (reminders[0] !== undefined && Date.now() >= reminders[0]) {
      reminders.shift()
      await tell(run, 'answer-overdue')
    }
    if (Date.now() >= nextPoll) {
      const lost = await poll(run)
      if (lost) return lost
      pause = Math.min(pause * 2, policy.pollMaxMs)
      nextPoll = Date.now() + pause
    }
  }
}

async function readAnswers(run: SubmissionRun): Promise<Phase | undefined> {
  for (let id = run.answers.shift(); id !== undefined; id = run.answers.shift()) {
    const answer = await recordAnswer({
      key: run.key('record-answer'),
      acknowledgementId: id,
      retentionMs: run.input.policy.retentionMs,
    })
    switch (answer.kind) {
      case 'accepted':
        run.lastVerdict = Verdict.accepted
        run.retainUntil = answer.retainUntil
        return Phase.notifying
      case 'rejected':
        return refused(run, Verdict.rejected, 'registry-rejected')
      case 'correction-required':
        return refused(run, Verdict.correctionRequired, 'registry-correction')
      case 'clarification-required':
        return refused(run, Verdict.clarificationRequired, 'registry-clarification')
      case 'processing':
      case 'outdated':
        break
    }
  }
  return undefined
}

/** A refusal is work, not an error: the doctor hears of it and the run waits for the corrected version. */
async function refused(run: SubmissionRun, verdict: Verdict, reason: string): Promise<Phase> {
  run.lastVerdict = verdict
  run.undo.delete('withdraw')
  await tell(run, 'result-rejected')
  return run.hold(Phase.needsCorrection, reason)
}

async function poll(run: SubmissionRun): Promise<Phase | undefined> {
  const found = await findInRegistry({
    key: run.key('find'),
    timeoutMs: run.input.policy.sendTimeoutMs,
  })
  if (found.kind === 'answered') run.noteAnswer(found.acknowledgementId)
  if (found.kind !== 'not-found') return undefined
  run.resumeAt = Phase.sending
  return run.hold(Phase.needsAttention, 'document-lost')
}

function overdue(run: SubmissionRun): Phase {
  run.resumeAt = Phase.awaitingAcknowledgement
  return run.hold(Phase.needsAttention, 'no-answer')
}
