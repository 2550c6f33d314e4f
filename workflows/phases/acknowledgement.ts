import { Phase } from '../../domain/submission/phase.ts'
import { failureOf } from '../failure.ts'
import { registrySteps } from '../steps.ts'
import type { SubmissionRun } from '../submission-run.ts'
import { readAnswers } from './answers.ts'
import { tell } from './notify.ts'
import { withdrawConsentless, withdrawSuperseded } from './undo.ts'

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
  let brief = run.protocol >= 2
  run.answers.unshift(...run.unreadable.splice(0))
  for (;;) {
    const wakeAt = Math.min(deadline, nextPoll, ...reminders)
    await run.wait(
      { for: 'ответ реестра', until: deadline, wakeAt, brief },
      () => run.answers.length > 0 || run.consentLost(),
    )
    brief = false
    const decided = await readAnswers(run)
    if (decided) return decided
    if (run.supersededNow()) {
      const left = await withdrawSuperseded(run)
      if (left) return left
      continue
    }
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

/** A poll that could not find out says nothing: the next one asks again. Only what no repeat can help goes to a person. */
async function poll(run: SubmissionRun): Promise<Phase | undefined> {
  try {
    const { pollRegistry } = registrySteps(run.input.policy)
    const found = await pollRegistry({
      key: run.key('poll'),
      timeoutMs: run.input.policy.sendTimeoutMs,
    })
    if (found.kind === 'answered') run.noteAnswer(found.acknowledgementId)
    if (found.kind !== 'not-found') return undefined
  } catch (error) {
    if (failureOf(error).class === 'permanent') throw error
    return undefined
  }
  run.resumeAt = Phase.sending
  return run.hold(Phase.needsAttention, 'document-lost')
}

function overdue(run: SubmissionRun): Phase {
  run.resumeAt = Phase.awaitingAcknowledgement
  return run.hold(Phase.needsAttention, 'no-answer')
}
