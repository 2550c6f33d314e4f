import { randomUUID } from 'node:crypto'
import { Step } from '../../domain/submission/step.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import { basisParts } from './basis-parts.ts'
import type { SealedBlob } from './blob-rows.ts'
import { toJsonColumn } from './columns.ts'
import { toCheckRow } from './consent-rows.ts'
import type { SignatureDraft, StepRecord, SubmissionPatch } from './port.ts'
import {
  assignmentsOf,
  type Cell,
  insertFrom,
  insertsFrom,
  namedParts,
  partsInOrder,
} from './rows.ts'
import { statusSql } from './status-sql.ts'
import { eventsFrom } from './timeline.ts'

/** A step with everything encrypted and every id known. */
export interface StepWriting {
  readonly record: StepRecord
  readonly blobs: readonly SealedBlob[]
  readonly at: Date
}

/**
 * Everything a step leaves behind, as one statement: a step is one round trip and one commit. It locks the submission and
 * journals the step first; of two activities that commit the same step the second waits here, finds the key taken, and
 * every later part, which reads `entry`, writes nothing.
 */
export function stepStatement(writing: StepWriting): Prisma.Sql {
  const { submissionId, version, step, round } = writing.record.key
  const outcome = JSON.stringify(writing.record.outcome)
  const newest = writing.record.ifCurrent ? version : null
  return Prisma.sql`
    WITH subject AS (
      SELECT id, event_seq, version FROM submission WHERE id = ${submissionId}::uuid FOR NO KEY UPDATE),
    opened AS (
      INSERT INTO step (submission_id, version, step, round, outcome, at)
      SELECT id, ${version}, ${step}, ${round}, ${outcome}, ${writing.at} FROM subject
      WHERE ${newest}::int IS NULL OR subject.version <= ${newest}::int
      ON CONFLICT DO NOTHING RETURNING submission_id AS id),
    entry AS (SELECT id, event_seq FROM subject JOIN opened USING (id))
    ${namedParts(partsOf(writing))}
    ${partsInOrder('consent_check', checkRows(writing))}
    SELECT EXISTS (SELECT 1 FROM subject) AS "found", EXISTS (SELECT 1 FROM opened) AS "opened"`
}

function partsOf(writing: StepWriting): Prisma.Sql[] {
  const { record, blobs, at } = writing
  const { submissionId, version } = record.key
  const of = { submissionId, version }
  const rows = {
    blob: blobs.map((blob) => ({ ...blob, ...of })),
    event: eventsFrom({ ...of, actor: 'system', at }, record.events),
    attempt: record.attempt ? [{ ...record.attempt, ...of }] : [],
    notification: (record.notifications ?? []).map((draft) => ({ ...draft, ...of, at })),
  }
  return [
    // The document comes first: a signature takes its number from the part's name.
    ...documentParts(writing),
    updateOf(record, at),
    ...insertsFrom(rows),
    ...markParts(writing),
    ...basisParts(record, at),
  ]
}

/** In the order in which they were asked and decided. */
function checkRows({ record, at }: StepWriting) {
  const { submissionId } = record.key
  return (record.consentChecks ?? []).map((check) => toCheckRow({ submissionId, ...check }, at))
}

function updateOf({ patch = {}, events }: StepRecord, at: Date): Prisma.Sql {
  const { phase, lastVerdict, issues, ...rest } = patch
  const fields: Record<string, Cell> = {
    ...rest,
    ...(issues ? { issues: toJsonColumn(issues) } : {}),
    ...(phase === undefined ? {} : { phase }),
    ...(lastVerdict === undefined ? {} : { lastVerdict }),
    ...statusOf(patch),
    eventSeq: Prisma.sql`s.event_seq + ${events.length}`,
    revision: Prisma.sql`s.revision + 1`,
    updatedAt: at,
  }
  return Prisma.sql`UPDATE submission AS s SET ${assignmentsOf(fields)} FROM entry WHERE s.id = entry.id`
}

function statusOf({ phase, lastVerdict }: SubmissionPatch): { status?: Cell } {
  if (phase === undefined && lastVerdict === undefined) return {}
  return {
    status: statusSql({
      ...(phase === undefined ? {} : { phase }),
      ...(lastVerdict === undefined ? {} : { lastVerdict }),
    }),
  }
}

/** Signatures belong to the document they were made over: the one of this step, else the newest of the version. */
function documentParts({ record, at }: StepWriting): Prisma.Sql[] {
  const { submissionId, version } = record.key
  const made = record.document
    ? Prisma.sql`${insertFrom('document', { ...record.document, submissionId, version, createdAt: at })} RETURNING seq`
    : undefined
  const documentSeq = made
    ? Prisma.sql`(SELECT seq FROM part_0)`
    : Prisma.sql`(SELECT max(seq) FROM document WHERE submission_id = ${submissionId}::uuid AND version = ${version})`
  const signatures = (record.signatures ?? []).map((draft) =>
    insertFrom('signature', { ...toSignatureRow(draft), documentSeq }),
  )
  return made ? [made, ...signatures] : signatures
}

function toSignatureRow({ kind, blobId, signedAt, signer }: SignatureDraft): Record<string, Cell> {
  const { subject, issuer, serial, notBefore, notAfter } = signer
  const facts = { kind, blobId, signedAt, subject, issuer, serial, notBefore, notAfter }
  return { id: randomUUID(), ...facts }
}

/** After these it may be known what became of a document that a later one of its set waits for. */
const SETTLING: readonly string[] = [Step.recordAnswer, Step.withdraw, Step.cancel]

function clearedFollowers(at: Date): Prisma.Sql {
  return Prisma.sql`INSERT INTO outbox (submission_id, message, due_at, created_at)
    SELECT later.id, jsonb_build_object('kind', 'way-cleared', 'submissionId', later.id), ${at}, ${at}
    FROM entry JOIN submission AS own ON own.id = entry.id JOIN submission AS later ON later.set_id = own.set_id
    WHERE later.phase = 'awaiting-predecessor' AND later.id <> own.id`
}

function markParts({ record, at }: StepWriting): Prisma.Sql[] {
  const { submissionId, version } = record.key
  const parts: Prisma.Sql[] = []
  if (record.usedUp)
    parts.push(Prisma.sql`DELETE FROM blob USING entry
      WHERE blob.submission_id = entry.id AND blob.version = ${version} AND blob.kind = ANY(${record.usedUp})`)
  if (record.unsent)
    parts.push(Prisma.sql`UPDATE submission_version SET left_at = NULL FROM entry
      WHERE submission_version.submission_id = entry.id AND submission_version.version = ${version}`)
  if (SETTLING.includes(record.key.step)) parts.push(clearedFollowers(at))
  if (record.acknowledgementId)
    parts.push(Prisma.sql`UPDATE acknowledgement SET recorded_at = ${at} FROM entry
      WHERE acknowledgement.id = ${record.acknowledgementId}::uuid AND acknowledgement.submission_id = entry.id`)
  if (record.confirmTemplateVersionId)
    parts.push(Prisma.sql`UPDATE template_version SET confirmed_at = ${at}, confirmed_by = ${`submission/${submissionId}`}
      FROM entry WHERE template_version.id = ${record.confirmTemplateVersionId}::uuid AND confirmed_at IS NULL`)
  if (record.destruction)
    parts.push(
      Prisma.sql`${insertFrom('destruction_certificate', {
        submissionId,
        blobId: record.destruction.certificateBlobId,
        issuedAt: at,
      })} ON CONFLICT DO NOTHING`,
    )
  return parts
}
