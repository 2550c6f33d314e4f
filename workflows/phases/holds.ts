import { patched } from '@temporalio/workflow'
import { Phase } from '../../domain/submission/phase.ts'
import { failureOf } from '../failure.ts'
import { raiseAttention } from '../steps.ts'
import type { Decision, SubmissionRun } from '../submission-run.ts'
import { readAnswers } from './answers.ts'
import { tell } from './notify.ts'

/** The data must change: a corrected version goes through the whole path again, `retry` repeats it as it is. */
export async function needsCorrection(run: SubmissionRun): Promise<Phase> {
  const way = await correctionOrAnswer(run)
  if (typeof way === 'string') return way
  const decision = way
  run.reason = undefined
  if (decision?.kind === 'abandon') return run.hold(Phase.cancelled, 'abandoned-by-operator')
  run.lastVerdict = undefined
  return Phase.checkingConsent
}

/** A registry that has thought better of it ends the hold. Runs held before it was listened to wait for a person alone. */
async function correctionOrAnswer(run: SubmissionRun): Promise<Decision | undefined | Phase> {
  const wait = { for: 'исправление: correct, retry или abandon' }
  if (!patched('answers-in-correction')) {
    await run.wait(wait, () => run.decision !== undefined)
    return run.takeDecision()
  }
  for (;;) {
    await run.wait(wait, () => run.decision !== undefined || run.answers.length > 0)
    const decision = run.takeDecision()
    if (decision) return decision
    // Whoever sent it here ends it.
    if (run.supersededNow()) return Phase.checkingConsent
    const decided = await unlessFailed(readAnswers(run))
    if (decided) return decided
  }
}

/** Something outside the data must change. A late answer of the registry ends the hold by itself. */
export async function needsAttention(run: SubmissionRun): Promise<Phase> {
  const reason = run.reason ?? 'unexpected-failure'
  await unlessFailed(raiseAttention({ key: run.key('raise-attention'), reason }))
  await tell(run, 'needs-attention')
  const way = await decisionOrAnswer(run)
  if (typeof way === 'string') {
    run.takeCleared()
    return way
  }
  run.reason = undefined
  if (way.kind === 'abandon') return run.hold(Phase.cancelled, 'abandoned-by-operator')
  if (run.resumeAt === Phase.awaitingAcknowledgement) run.sentAt = Date.now()
  return run.resumeAt
}

/** An answer that decides nothing (a sign of life, a word on an earlier version) leaves the hold as it is. */
async function decisionOrAnswer(run: SubmissionRun): Promise<Decision | Phase> {
  for (;;) {
    await run.wait(
      { for: 'решение сотрудника: retry или abandon' },
      () => run.decision !== undefined || run.answers.length > 0 || isAnswered(run),
    )
    const decision = run.takeDecision()
    if (decision) return decision
    // Whoever sent it here ends it, or asks again.
    if (run.supersededNow() || isAnswered(run)) return run.resumeAt
    const decided = await unlessFailed(readAnswers(run))
    if (decided) return decided
  }
}

/** The question it waits for has been answered. */
const isAnswered = (run: SubmissionRun) => run.reason === 'question-open' && run.cleared

/** The hold stands whatever fails in it: a person looks at the run anyway. */
async function unlessFailed<T>(step: Promise<T>): Promise<T | undefined> {
  try {
    return await step
  } catch (error) {
    failureOf(error)
    return undefined
  }
}
