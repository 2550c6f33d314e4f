import { randomUUID } from 'node:crypto'
import { toStatus } from '../../domain/submission/status.ts'
import type { Prisma } from '../../prisma/generated/client.ts'
import type { SealedBlob } from './blob-rows.ts'
import { toJsonColumn } from './columns.ts'
import { toCheckRow } from './consent-rows.ts'
import type { Queries } from './database.ts'
import type { SignatureDraft, StepRecord } from './port.ts'
import { insertRows, updateSubmission } from './rows.ts'
import type { StepSubject } from './step-key.ts'
import { toEventRows } from './timeline.ts'

interface Writing {
  readonly record: StepRecord
  readonly subject: StepSubject
  readonly blobs: readonly SealedBlob[]
  readonly at: Date
}

/** Everything a newly opened step leaves behind; one statement per kind of row. */
export async function writeStep(tx: Queries, writing: Writing): Promise<void> {
  const { record, subject, blobs, at } = writing
  const { submissionId, version } = record.key
  const consentId = await saveDiscoveredConsent(tx, writing)
  await updateSubmission(tx, submissionId, toSubmissionUpdate(writing, consentId))
  await insertRows(
    tx,
    'blob',
    blobs.map((blob) => ({ ...blob, submissionId, version })),
  )
  await writeDocument(tx, writing)
  const context = { submissionId, version, actor: 'system', at }
  await insertRows(tx, 'event', toEventRows(context, subject.eventSeq, record.events))
  await writeJournals(tx, writing, consentId)
  await writeMarks(tx, writing)
}

/** The register may have learnt the same consent meanwhile: its own row is kept and its id used. */
async function saveDiscoveredConsent(
  tx: Queries,
  { record, subject, at }: Writing,
): Promise<(id: string) => string> {
  const found = record.discoveredConsent
  if (!found) return (id) => id
  const insert = (number: string) => tx.$queryRaw<{ id: string }[]>`
    INSERT INTO consent (id, organization_id, patient_id, number, given_at, scope, analyses, confirmation_method,
      valid_until, status, created_at, updated_at)
    VALUES (${found.id}, ${subject.organizationId}, ${subject.patientId}::uuid, ${number}, ${at}, 'partial',
      ARRAY[${found.analysis}]::text[], 'service', ${found.validUntil}, 'active', ${at}, ${at})
    ON CONFLICT (organization_id, number) DO UPDATE SET updated_at = excluded.updated_at,
      analyses = ARRAY(SELECT DISTINCT unnest(consent.analyses || excluded.analyses))
    WHERE consent.patient_id = excluded.patient_id
    RETURNING id`
  // A number that stands for another person's consent is told apart by our id: nobody travels under a stranger's consent.
  const rows = await insert(found.number)
  const kept = rows[0]?.id ?? (await insert(`${found.number}/${found.id}`))[0]?.id ?? found.id
  return (id) => (id === found.id ? kept : id)
}

function toSubmissionUpdate(
  { record, subject, at }: Writing,
  consentId: (id: string) => string,
): Partial<Prisma.SubmissionCreateManyInput> {
  const {
    phase = subject.phase,
    lastVerdict = subject.lastVerdict,
    issues,
    ...rest
  } = record.patch ?? {}
  return {
    ...rest,
    ...(rest.consentId ? { consentId: consentId(rest.consentId) } : {}),
    ...(issues ? { issues: toJsonColumn(issues) } : {}),
    phase,
    lastVerdict,
    status: toStatus(phase, lastVerdict ?? undefined),
    eventSeq: subject.eventSeq + record.events.length,
    updatedAt: at,
  }
}

/** Signatures belong to the document they were made over: the one of this step, else the newest of the version. */
async function writeDocument(tx: Queries, { record, subject, at }: Writing): Promise<void> {
  const { submissionId, version } = record.key
  let documentSeq = subject.documentSeq
  if (record.document) {
    const { documentId, templateVersionId, digest, xmlBlobId, pdfBlobId } = record.document
    const rows = await tx.$queryRaw<{ seq: bigint }[]>`
      INSERT INTO document (document_id, submission_id, version, template_version_id, digest, xml_blob_id,
        pdf_blob_id, created_at)
      VALUES (${documentId}::uuid, ${submissionId}::uuid, ${version}, ${templateVersionId}::uuid, ${digest},
        ${xmlBlobId}::uuid, ${pdfBlobId}::uuid, ${at}) RETURNING seq`
    documentSeq = rows[0]?.seq ?? null
  }
  const signatures = record.signatures ?? []
  if (signatures.length === 0) return
  if (documentSeq === null) throw new Error('a signature without a document')
  const seq = documentSeq
  await insertRows(
    tx,
    'signature',
    signatures.map((draft) => toSignatureRow(draft, seq)),
  )
}

function toSignatureRow(draft: SignatureDraft, documentSeq: bigint) {
  const { kind, blobId, signedAt, signer } = draft
  return {
    id: randomUUID(),
    documentSeq,
    kind,
    blobId,
    signedAt,
    subject: signer.subject,
    issuer: signer.issuer,
    serial: signer.serial,
    notBefore: signer.notBefore,
    notAfter: signer.notAfter,
  }
}

async function writeJournals(
  tx: Queries,
  { record, at }: Writing,
  consentId: (id: string) => string,
): Promise<void> {
  const { submissionId, version } = record.key
  if (record.attempt)
    await insertRows(tx, 'attempt', [{ ...record.attempt, submissionId, version }])
  const checks = (record.consentChecks ?? []).map((check) => ({
    ...check,
    submissionId: check.submissionId ?? submissionId,
    ...(check.consentId ? { consentId: consentId(check.consentId) } : {}),
  }))
  await insertRows(
    tx,
    'consent_check',
    checks.map((check) => toCheckRow(check, at)),
  )
  await insertRows(
    tx,
    'notification',
    (record.notifications ?? []).map((draft) => ({ ...draft, submissionId, version, at })),
  )
}

async function writeMarks(tx: Queries, { record, at }: Writing): Promise<void> {
  const { submissionId } = record.key
  if (record.acknowledgementId)
    await tx.acknowledgement.updateMany({
      where: { id: record.acknowledgementId, submissionId },
      data: { recordedAt: at },
    })
  if (record.confirmTemplateVersionId)
    await tx.templateVersion.updateMany({
      where: { id: record.confirmTemplateVersionId, confirmedAt: null },
      data: { confirmedAt: at, confirmedBy: `submission/${submissionId}` },
    })
  if (record.destruction)
    await tx.destructionCertificate.createMany({
      data: [{ submissionId, blobId: record.destruction.certificateBlobId, issuedAt: at }],
      skipDuplicates: true,
    })
}
