import { Phase } from '../../domain/submission/phase.ts'
import { toReportBlob } from './accept.ts'
import { backOnItsWay, CORRECTED, toDate } from './acceptance-writes.ts'
import { type SealedBlob, sealBlobs } from './blob-rows.ts'
import { isUuid } from './columns.ts'
import { compareWithLast } from './compare-with-last.ts'
import { keyDigest } from './digest-at-rest.ts'
import { createDocumentIdentity } from './document-identity.ts'
import { confirmIdentity } from './identity-decisions.ts'
import { askAboutIdentity, dropIdentityQuestions } from './identity-questions.ts'
import { addToOutbox } from './outbox-rows.ts'
import type { StoreParts } from './parts.ts'
import { type SealedPatient, savePatient, sealPatient } from './patient-identity.ts'
import type { Submissions } from './port.ts'
import { type KnownHead, lockResultOf } from './result-rows.ts'
import { insertRows, updateSubmission } from './rows.ts'
import { sealText } from './sealed-text.ts'
import type { Statements } from './statements.ts'
import { appendEvent } from './timeline.ts'

type CorrectionInput = Parameters<Submissions['addCorrection']>[0]
interface Correction {
  readonly input: CorrectionInput
  readonly patient: SealedPatient
  readonly report: SealedBlob
  readonly at: Date
}

/**
 * The phase leaves `needs-correction` at once, so a second click finds nothing that waits. A person corrects the last word
 * of the laboratory, of the patient it is about; anything else is refused.
 */
export function createAddCorrection({
  database,
  sealer,
  now,
}: StoreParts): Submissions['addCorrection'] {
  const identity = createDocumentIdentity(sealer)
  return async (input) => {
    if (!isUuid(input.submissionId)) return { kind: 'not-found', version: 0 }
    const at = now()
    const [report] = await sealBlobs(sealer, [toReportBlob(input.report)], at)
    if (!report) throw new Error('nothing sealed')
    const { organizationId, submissionId, report: content } = input
    const { system } = content.source
    const patient = await sealPatient(sealer, organizationId, content.patient, system)
    const reason = await sealText(sealer, submissionId, input.reason)
    const contentDigest = keyDigest(sealer, input.contentDigest)
    const sealed = { ...input, reason, contentDigest }
    return database.transact(async (tx) => {
      const known = await lockResultOf(tx, submissionId, sealer)
      const subject = await lock(tx, input)
      if (!known || !subject) return { kind: 'not-found', version: 0 }
      const { version: before } = subject
      if (known.head.submissionId !== input.submissionId)
        return { kind: 'replaced', version: before }
      if (subject.phase !== Phase.needsCorrection) return { kind: 'not-waiting', version: before }
      const match = await compareWithLast(tx, sealer, known, input.report)
      if (match === 'another') return { kind: 'other-patient', version: before }
      const versionNumber = known.nextNumber
      const documentId = identity.documentIdOf(known.setId, versionNumber)
      const version = before + 1
      const next = { version, versionNumber, documentId, setId: known.setId }
      await store(tx, { input: sealed, patient, report, at }, next, known.head)
      // Whoever corrects a name or a birth date has said who is meant.
      if (match === 'differs-in-details') await confirmIdentity(tx, patient.id, at)
      await dropIdentityQuestions(tx, submissionId, at)
      await askAboutIdentity(tx, submissionId, at)
      return { kind: 'stored', version }
    })
  }
}

async function lock(tx: Statements, { organizationId, submissionId }: CorrectionInput) {
  const rows = await tx.$queryRaw<{ phase: Phase; version: number }[]>`
    SELECT phase, version FROM submission
    WHERE id = ${submissionId}::uuid AND organization_id = ${organizationId} FOR NO KEY UPDATE`
  return rows[0]
}

async function store(
  tx: Statements,
  { input, patient, report, at }: Correction,
  next: { version: number; versionNumber: number; documentId: string; setId: string },
  corrected: KnownHead,
): Promise<void> {
  const { submissionId, contentDigest, actor } = input
  const { version, setId, ...rest } = next
  const document = { ...rest, contentDigest }
  await savePatient(tx, patient, at)
  await updateSubmission(tx, submissionId, {
    ...document,
    version,
    patientId: patient.id,
    ...backOnItsWay(Phase.checkingConsent),
  })
  await insertRows(tx, 'blob', [{ ...report, submissionId, version }])
  await insertRows(tx, 'submission_version', [
    {
      ...document,
      submissionId,
      version,
      setId,
      // A person's word stands where the laboratory's stands that it corrects: what the laboratory says later outweighs it.
      ...{ corrects: true, sourceVersion: corrected.version ?? null },
      ...{ issuedAt: toDate(corrected.issuedAt), sentAt: toDate(corrected.sentAt) },
      actor,
      patientId: patient.id,
      reportBlobId: report.id,
      changedFields: [...input.changedFields],
      reason: input.reason,
      createdAt: at,
    },
  ])
  const details = { changedFields: input.changedFields }
  await appendEvent(tx, { submissionId, version, actor, at }, { ...CORRECTED, details })
  await insertRows(tx, 'audit_entry', [
    {
      at,
      organizationId: input.organizationId,
      actor,
      action: 'submission.correct',
      submissionId,
      target: `version/${version}`,
      reason: input.reason,
    },
  ])
  await addToOutbox(tx, [{ kind: 'corrected', submissionId, version, actor }], at)
}
