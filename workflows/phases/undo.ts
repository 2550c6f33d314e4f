import { Phase } from '../../domain/submission/phase.ts'
import { failureOf } from '../failure.ts'
import { registrySteps, voidDocument } from '../steps.ts'
import type { SubmissionRun } from '../submission-run.ts'
import { readAnswers } from './answers.ts'
import { needsAttention } from './holds.ts'
import { tellOfLoss } from './notify.ts'

/**
 * The consent ended while the registry holds an unanswered document: ask it to give the document back. When it refuses
 * (already registered), the run goes on waiting for the answer: a registered document stays registered.
 */
export async function withdrawConsentless(run: SubmissionRun): Promise<Phase | undefined> {
  const news = run.consentNews
  await tellOfLoss(run)
  const outcome = await askBack(run, 'consent-withdrawn')
  // Until the registry has spoken the loss stands, and a retry asks again; newer news stays for the check.
  if (run.consentNews === news) run.takeConsentNews()
  if (outcome.kind === 'refused') return undefined
  run.undo.delete('withdraw')
  // The registry knows this document as withdrawn for good: the same id can never be sent again (docs/adr/0017).
  return run.hold(Phase.cancelled, 'consent-withdrawn')
}

/**
 * A newer word has taken its place while the registry holds it unanswered: it is asked to give it back. When it refuses, the
 * run goes on waiting for the answer, and the newer one, which waits for that too, names it as replaced.
 */
export async function withdrawSuperseded(run: SubmissionRun): Promise<Phase | undefined> {
  run.supersessionMet = true
  const reason = run.superseded ?? 'superseded'
  const outcome = await askBack(run, reason)
  if (outcome.kind === 'refused') return undefined
  run.undo.delete('withdraw')
  return run.hold(Phase.cancelled, reason)
}

/** Compensation, newest first. One that fails is a task for a person, never swallowed. An acceptance meanwhile wins. */
export async function undoAll(run: SubmissionRun, reason: string): Promise<Phase> {
  const accepted = (await lastWord(run)) ?? (await undo(run, 'withdraw', reason))
  return accepted ?? (await undo(run, 'void', reason)) ?? Phase.cancelled
}

type Undoing = 'withdraw' | 'void'

/** Answers `notifying` when the registry has accepted after all. */
async function undo(run: SubmissionRun, what: Undoing, reason: string): Promise<Phase | undefined> {
  while (run.undo.has(what)) {
    const trouble = await compensate(run, what, reason)
    if (trouble === undefined) run.undo.delete(what)
    else if (trouble === 'withdrawal-refused' && run.superseded !== undefined) return answerOf(run)
    else {
      const accepted = (await lastWord(run)) ?? (await heldFor(run, what, trouble))
      if (accepted) return accepted
      // A person ended it as it stands: that is in the timeline with their name.
      if (run.reason === 'abandoned-by-operator') return undefined
    }
  }
  return undefined
}

/** The registry keeps a document that no longer counts: its answer is waited for, and what follows names it. */
function answerOf(run: SubmissionRun): Phase {
  run.sentAt = Date.now()
  return Phase.awaitingAcknowledgement
}

async function heldFor(
  run: SubmissionRun,
  what: Undoing,
  trouble: string,
): Promise<Phase | undefined> {
  if (!run.undo.has(what)) return undefined
  run.supersessionMet = true
  run.phase = run.hold(Phase.needsAttention, trouble)
  run.resumeAt = Phase.cancelled
  return acceptedOnly(await needsAttention(run))
}

/** Undefined = done; otherwise why it was not. */
async function compensate(
  run: SubmissionRun,
  what: Undoing,
  reason: string,
): Promise<string | undefined> {
  try {
    if (what === 'void') {
      await voidDocument({ key: run.key('void-document'), reason })
      return undefined
    }
    const outcome = await askBack(run, reason)
    return outcome.kind === 'withdrawn' ? undefined : 'withdrawal-refused'
  } catch (error) {
    const { code } = failureOf(error)
    return code === 'activity-timeout' && what === 'withdraw' ? 'withdrawal-failed' : code
  }
}

function askBack(run: SubmissionRun, reason: string) {
  const { withdrawDocument } = registrySteps(run.input.policy)
  return withdrawDocument({
    key: run.key('withdraw'),
    reason,
    timeoutMs: run.input.policy.sendTimeoutMs,
  })
}

/** Reads what the registry has said meanwhile. Anything but an acceptance leaves the end as it was decided. */
async function lastWord(run: SubmissionRun): Promise<Phase | undefined> {
  try {
    return acceptedOnly(await readAnswers(run))
  } catch (error) {
    failureOf(error)
    return undefined
  }
}

function acceptedOnly(phase: Phase | undefined): Phase | undefined {
  return phase === Phase.notifying ? phase : undefined
}
