import { Phase } from '../../domain/submission/phase.ts'
import { failureOf } from '../failure.ts'
import { findInRegistry, sendingSteps } from '../steps.ts'
import type { SubmissionRun } from '../submission-run.ts'
import { tell } from './notify.ts'

/** One send with a stable document id. An unknown outcome is asked about, never sent again blind. */
export async function sending(run: SubmissionRun): Promise<Phase> {
  const { sendDocument } = sendingSteps(run.input.policy)
  run.undo.add('withdraw')
  run.sentAt = Date.now()
  try {
    const sent = await sendDocument({
      key: run.key('send'),
      legalBasis: run.input.policy.legalBasis,
      timeoutMs: run.input.policy.sendTimeoutMs,
    })
    switch (sent.kind) {
      case 'refused':
        run.undo.delete('withdraw')
        await tell(run, 'result-rejected')
        return run.hold(Phase.needsCorrection, 'registry-refused')
      // The withdrawal stays due: an earlier try, lost with its worker, may have reached the registry.
      case 'no-basis':
        return Phase.checkingConsent
      case 'answered':
        run.noteAnswer(sent.acknowledgementId, { again: true })
        return Phase.awaitingAcknowledgement
      case 'taken':
        return Phase.awaitingAcknowledgement
    }
  } catch (error) {
    if (failureOf(error).class !== 'ambiguous') throw error
    return askWhatHappened(run)
  }
}

async function askWhatHappened(run: SubmissionRun): Promise<Phase> {
  const found = await findInRegistry({
    key: run.key('find'),
    timeoutMs: run.input.policy.sendTimeoutMs,
  })
  if (found.kind === 'not-found') return Phase.sending
  if (found.kind === 'answered') run.noteAnswer(found.acknowledgementId, { again: true })
  return Phase.awaitingAcknowledgement
}
