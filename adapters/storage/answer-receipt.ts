import { randomUUID } from 'node:crypto'
import { Verdict } from '../../domain/submission/verdict.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import type { Sealer } from '../shared/sealer.ts'
import { type SealedBlob, sealBlobs } from './blob-rows.ts'
import { REGISTRY_OF } from './books.ts'
import { toJsonColumn } from './columns.ts'
import { leftoverParts } from './leftovers.ts'
import { outboxFrom } from './outbox-rows.ts'
import type { Acknowledgements, EventDraft } from './port.ts'
import { insertFrom, insertsFrom, namedParts } from './rows.ts'
import { sealAnswer } from './sealed-answer.ts'
import { statusSql } from './status-sql.ts'
import { eventsFrom } from './timeline.ts'

export type AnswerInput = Parameters<Acknowledgements['receive']>[0]

/** An answer with everything encrypted and every id known. */
export interface Receipt {
  readonly input: AnswerInput
  readonly acknowledgementId: string
  readonly rawBlobId: string
  readonly blobs: readonly SealedBlob[]
  /** Keyed digest of what it says: one message id may carry two. */
  readonly meaning: string
  readonly at: Date
}

export async function toReceipt(sealer: Sealer, given: AnswerInput, at: Date): Promise<Receipt> {
  const input = await sealAnswer(sealer, given)
  const { raw: bytes, mediaType } = input
  const draft = { id: randomUUID(), kind: 'answer', mediaType, bytes } as const
  const blobs = await sealBlobs(sealer, [draft], at)
  const meaning = meaningOf(sealer, given.answer)
  return { input, acknowledgementId: randomUUID(), rawBlobId: draft.id, blobs, meaning, at }
}

type Said = Pick<AnswerInput['answer'], 'verdict' | 'issues'> & {
  registryId?: string | null | undefined
}

/** Not the bytes: the same word comes by callback and by poll. Not the time: a repeat may be dated anew. */
export function meaningOf(sealer: Sealer, { verdict, registryId, issues }: Said): string {
  const reasons = issues.map(({ code, pointer, detail }) => [code, pointer, detail])
  return sealer.blindIndex('answer-meaning', JSON.stringify([verdict, registryId ?? null, reasons]))
}

export interface Received {
  readonly submissionId: string
  /** The same message with the same meaning. */
  readonly known: string | null
  readonly stored: boolean
}

/**
 * Everything the usual answer leaves behind, as one statement (as step-statement.ts): a sign of life, or the first word on
 * a document, under a number of its own. It locks the submission the document belongs to first: events are numbered in the
 * order of this lock. Whatever is not usual writes nothing, because every later part reads `entry`: unusual-answer.ts.
 */
export function receiptStatement(receipt: Receipt): Prisma.Sql {
  const { input, acknowledgementId, at } = receipt
  const { organizationId, answer, via } = input
  const of = { submissionId: Prisma.sql`entry.id`, version: Prisma.sql`entry.version` }
  const row = {
    ...acknowledgementRow(receipt),
    submissionId: Prisma.sql`fit.id`,
    version: Prisma.sql`fit.version`,
  }
  const parts = [
    Prisma.sql`UPDATE submission AS s SET event_seq = s.event_seq + 1, revision = s.revision + 1, updated_at = ${at} ${bookOf(answer)}
      FROM entry WHERE s.id = entry.id`,
    versionOf(answer, at),
    ...insertsFrom({
      blob: receipt.blobs.map((blob) => ({ ...blob, ...of })),
      event: eventsFrom({ ...of, actor: 'registry', at }, [toReceivedEvent(input)]),
    }),
    // What a step fetched itself it hands to the workflow itself.
    ...(via === 'callback'
      ? [outboxFrom({ kind: 'registry-answered', acknowledgementId }, at)]
      : []),
    ...(answer.verdict === Verdict.accepted ? leftoverParts(at) : []),
  ]
  return Prisma.sql`
    WITH subject AS (
      SELECT s.id, s.event_seq, v.version, ${REGISTRY_OF} AS registry, ${isUsual(answer)} AS usual,
        (SELECT id FROM acknowledgement WHERE document_id = v.document_id AND message_id = ${answer.messageId}
          AND meaning = ${receipt.meaning}) AS known
      FROM submission_version AS v JOIN submission AS s ON s.id = v.submission_id
      JOIN organization AS o ON o.id = s.organization_id
      WHERE v.document_id = ${answer.documentId}::uuid AND s.organization_id = ${organizationId}
      FOR NO KEY UPDATE OF s, v),
    fit AS (SELECT * FROM subject WHERE usual AND known IS NULL),
    stored AS (
      ${insertFrom('acknowledgement', row, 'fit')}
      ON CONFLICT DO NOTHING RETURNING submission_id AS id),
    entry AS (SELECT id, event_seq, version, registry FROM fit JOIN stored USING (id))
    ${namedParts(parts)}
    SELECT id AS "submissionId", known, EXISTS (SELECT 1 FROM stored) AS stored FROM subject`
}

function isUsual({ verdict, registryId }: AnswerInput['answer']): Prisma.Sql {
  if (verdict === Verdict.processing) return Prisma.sql`true`
  // Nothing believed is not nothing said: a person may have decided against an acceptance.
  const first = Prisma.sql`(v.verdict IS NULL AND v.withdrawn_at IS NULL AND v.disputed IS NULL
    AND NOT EXISTS (SELECT 1 FROM acknowledgement WHERE document_id = v.document_id AND verdict <> 'processing'))`
  if (!registryId) return first
  return Prisma.sql`(${first} AND NOT EXISTS (SELECT 1 FROM submission_version AS holder
    WHERE holder.registry = ${REGISTRY_OF} AND holder.registry_id = ${registryId}))`
}

/** The first word on a document is believed (domain/registry/hear.ts). */
function bookOf({ verdict }: AnswerInput['answer']): Prisma.Sql {
  if (verdict === Verdict.processing) return Prisma.empty
  const current = (then: Prisma.Sql, otherwise: Prisma.Sql) =>
    Prisma.sql`CASE WHEN s.version = entry.version THEN ${then} ELSE ${otherwise} END`
  return Prisma.sql`, book = ${current(Prisma.sql`${verdict}`, Prisma.sql`s.book`)},
    book_version = ${current(Prisma.sql`entry.version`, Prisma.sql`s.book_version`)},
    status = ${current(statusSql({ book: verdict }), Prisma.sql`s.status`)}`
}

function versionOf({ verdict, registryId }: AnswerInput['answer'], at: Date): Prisma.Sql {
  const number = registryId ?? null
  const heard =
    verdict === Verdict.processing
      ? Prisma.empty
      : Prisma.sql`, verdict = ${verdict}, registry_id = ${verdict === Verdict.accepted ? number : null},
        registry = ${verdict === Verdict.accepted && number !== null ? Prisma.sql`entry.registry` : null}`
  return Prisma.sql`UPDATE submission_version AS v SET left_at = coalesce(v.left_at, ${at}) ${heard}
    FROM entry WHERE v.submission_id = entry.id AND v.version = entry.version`
}

export function acknowledgementRow(receipt: Receipt) {
  const { input, acknowledgementId, rawBlobId, meaning, at } = receipt
  const { answer, via } = input
  return {
    id: acknowledgementId,
    rawBlobId,
    documentId: answer.documentId,
    messageId: answer.messageId,
    meaning,
    verdict: answer.verdict,
    registryId: answer.registryId ?? null,
    issues: toJsonColumn(answer.issues),
    answeredAt: answer.answeredAt,
    receivedAt: at,
    via,
  }
}

export function toReceivedEvent({ answer, via }: AnswerInput): EventDraft {
  return {
    type: 'registry.answer-received',
    text: 'Получен ответ реестра',
    details: { verdict: answer.verdict, messageId: answer.messageId, via },
  }
}
