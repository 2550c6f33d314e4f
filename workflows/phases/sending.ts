import { Phase } from '../../domain/submission/phase.ts'
import { failureOf } from '../failure.ts'
import { registrySteps } from '../steps.ts'
import type { SubmissionRun } from '../submission-run.ts'
import { tell } from './notify.ts'
import { divert } from './way.ts'

/** One send with a stable document id. An unknown outcome is asked about, never sent again blind. */
export async function sending(run: SubmissionRun): Promise<Phase> {
  const { sendDocument } = registrySteps(run.input.policy)
  run.undo.add('withdraw')
  run.sentAt = Date.now()
  try {
    const sent = await sendDocument({
      key: run.key('send'),
      timeoutMs: run.input.policy.sendTimeoutMs,
    })
    if ('rests' in sent) run.restOn(sent.rests.consentId, sent.rests.others)
    switch (sent.kind) {
      case 'refused':
        run.undo.delete('withdraw')
        await tell(run, 'result-rejected')
        return run.hold(Phase.needsCorrection, 'registry-refused')
      // From here on the withdrawal stays due: an earlier try, lost with its worker, may have reached the registry.
      case 'no-basis':
        return Phase.checkingConsent
      case 'changed':
        return Phase.assembling
      case 'superseded':
      case 'questioned':
      case 'earlier-out':
        return divert(run, sent)
      case 'answered':
        run.noteAnswer(sent.acknowledgementId, { again: true })
        return Phase.awaitingAcknowledgement
      case 'taken':
        return Phase.awaitingAcknowledgement
    }
  } catch (error) {
    const failure = failureOf(error)
    if (failure.class !== 'ambiguous') throw error
    return askWhatHappened(run, failure.code)
  }
}

async function askWhatHappened(run: SubmissionRun, code: string): Promise<Phase> {
  const { findInRegistry } = registrySteps(run.input.policy)
  const found = await findInRegistry({
    key: run.key('find'),
    timeoutMs: run.input.policy.sendTimeoutMs,
  })
  if (found.kind === 'not-found') return sendAgainLater(run, code)
  if (found.kind === 'answered') run.noteAnswer(found.acknowledgementId, { again: true })
  return Phase.awaitingAcknowledgement
}

const FIRST_PAUSE_MS = 2_000
const LONGEST_PAUSE_MS = 600_000

/** A registry that never answers and never takes is tried as often as one that is away, with growing pauses. */
async function sendAgainLater(run: SubmissionRun, code: string): Promise<Phase> {
  run.unknownSends += 1
  if (run.unknownSends >= run.input.policy.sendAttempts) {
    run.unknownSends = 0
    run.resumeAt = Phase.sending
    return run.hold(Phase.needsAttention, code)
  }
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (run.unknownSends - 1), LONGEST_PAUSE_MS)
  await run.wait({ for: 'повторная отправка', until: Date.now() + pause }, () => run.consentLost())
  return Phase.sending
}
