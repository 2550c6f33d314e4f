import { Phase } from '../../domain/submission/phase.ts'
import { toReportBlob } from './accept.ts'
import { backOnItsWay, CORRECTED } from './acceptance-writes.ts'
import { type SealedBlob, sealBlobs } from './blob-rows.ts'
import { isUuid } from './columns.ts'
import { createDocumentIdentity, unlessTaken } from './document-identity.ts'
import { addToOutbox } from './outbox-rows.ts'
import type { StoreParts } from './parts.ts'
import { type SealedPatient, savePatient, sealPatient } from './patient-identity.ts'
import type { Submissions } from './port.ts'
import { insertRows, updateSubmission } from './rows.ts'
import type { Statements } from './statements.ts'
import { appendEvent } from './timeline.ts'

type CorrectionInput = Parameters<Submissions['addCorrection']>[0]
interface Correction {
  readonly input: CorrectionInput
  readonly patient: SealedPatient
  readonly report: SealedBlob
  readonly at: Date
}

/** The phase leaves `needs-correction` at once, so a second click finds nothing that waits. */
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
    const patient = await sealPatient(sealer, input.organizationId, input.report.patient)
    return database.transact(async (tx) => {
      const subject = await lock(tx, input)
      if (!subject) return { kind: 'not-found', version: 0 }
      if (subject.phase !== Phase.needsCorrection)
        return { kind: 'not-waiting', version: subject.version }
      const version = subject.version + 1
      const versionNumber = subject.versionNumber + 1
      const result = { ...subject, organizationId: input.organizationId }
      const documentId = await unlessTaken(tx, identity.documentIdOf(result, versionNumber))
      await store(tx, { input, patient, report, at }, { version, versionNumber, documentId })
      return { kind: 'stored', version }
    })
  }
}

interface Subject {
  readonly phase: Phase
  readonly version: number
  readonly versionNumber: number
  readonly system: string
  readonly resultId: string
}

async function lock(tx: Statements, { organizationId, submissionId }: CorrectionInput) {
  const rows = await tx.$queryRaw<Subject[]>`
    SELECT phase, version, version_number AS "versionNumber", source_system AS system, source_id AS "resultId"
    FROM submission
    WHERE id = ${submissionId}::uuid AND organization_id = ${organizationId} FOR NO KEY UPDATE`
  return rows[0]
}

async function store(
  tx: Statements,
  { input, patient, report, at }: Correction,
  next: { version: number; versionNumber: number; documentId: string },
): Promise<void> {
  const { submissionId, contentDigest, actor } = input
  const { version, ...rest } = next
  const document = { ...rest, contentDigest }
  await savePatient(tx, patient, at)
  await updateSubmission(tx, submissionId, {
    ...document,
    version,
    patientId: patient.id,
    analysisCode: input.report.analysis.code,
    ...backOnItsWay(Phase.checkingConsent),
  })
  await insertRows(tx, 'blob', [{ ...report, submissionId, version }])
  await insertRows(tx, 'submission_version', [
    {
      ...document,
      submissionId,
      version,
      actor,
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
      reason: input.reason,
    },
  ])
  await addToOutbox(tx, [{ kind: 'corrected', submissionId, version, actor }], at)
}
