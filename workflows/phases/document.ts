import { Phase } from '../../domain/submission/phase.ts'
import { approveDocument, assembleDocument, signDocument } from '../steps.ts'
import type { SubmissionRun } from '../submission-run.ts'
import { divert } from './way.ts'

export async function assembling(run: SubmissionRun): Promise<Phase> {
  const document = await assembleDocument({ key: run.key('assemble') })
  switch (document.kind) {
    case 'superseded':
    case 'questioned':
    case 'earlier-out':
      return divert(run, document)
    case 'issues':
      return run.hold(Phase.needsCorrection, 'document-issues')
    case 'assembled':
      break
  }
  run.certificateSerial = document.certificateSerial
  return document.templateConfirmed ? Phase.signing : Phase.awaitingApproval
}

/** The first document of a template version is confirmed by a person; afterwards the template is automatic. */
export async function awaitingApproval(run: SubmissionRun): Promise<Phase> {
  await run.wait(
    { for: 'подтверждение первого документа по шаблону' },
    () => run.decision !== undefined || run.consentLost(),
  )
  const decision = run.takeDecision()
  if (!decision) return Phase.checkingConsent
  const approved = decision.kind === 'approve'
  await approveDocument({ key: run.key('approve'), approved, actor: decision.actor })
  return approved ? Phase.signing : run.hold(Phase.needsCorrection, 'document-rejected')
}

export async function signing(run: SubmissionRun): Promise<Phase> {
  run.undo.add('void')
  const signed = await signDocument({
    key: run.key('sign'),
    certificateSerial: run.certificateSerial,
  })
  if (signed.kind === 'stale') return Phase.assembling
  run.signaturesMissing = signed.personalSignatures
  return signed.personalSignatures > 0 ? Phase.awaitingSignatures : Phase.sending
}

/** Personal signatures are made elsewhere, with the person's own key, and arrive through the API. */
export async function awaitingSignatures(run: SubmissionRun): Promise<Phase> {
  const until = Date.now() + run.input.policy.signaturePatienceMs
  await run.wait(
    { for: 'личные подписи', until },
    () => run.signaturesMissing === 0 || run.consentLost(),
  )
  if (run.signaturesMissing === 0) return Phase.sending
  if (run.consentLost() || run.supersededNow()) return Phase.checkingConsent
  run.resumeAt = Phase.awaitingSignatures
  return run.hold(Phase.needsAttention, 'signatures-overdue')
}
