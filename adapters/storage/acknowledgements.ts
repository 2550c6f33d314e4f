import { randomUUID } from 'node:crypto'
import { AppError } from '../../domain/shared/app-error.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import { type SealedBlob, sealBlobs } from './blob-rows.ts'
import { isUuid, toJsonColumn } from './columns.ts'
import { outboxFrom } from './outbox-rows.ts'
import type { StoreParts } from './parts.ts'
import type { Acknowledgements, EventDraft, ReceivedAnswer } from './port.ts'
import { insertFrom, insertsFrom, namedParts } from './rows.ts'
import { openAnswerIssues, sealAnswer } from './sealed-answer.ts'
import type { Statements } from './statements.ts'
import { type Past, pastOf } from './step-key.ts'
import { eventsFrom } from './timeline.ts'

type AnswerRow = Omit<ReceivedAnswer, 'registryId'> & { registryId: string | null; past: Past }
type Received = Awaited<ReturnType<Acknowledgements['receive']>>
type AnswerInput = Parameters<Acknowledgements['receive']>[0]

export function createAcknowledgements({ database, sealer, now }: StoreParts): Acknowledgements {
  return {
    async receive(given) {
      if (!isUuid(given.answer.documentId)) return { kind: 'unknown-document' }
      const input = await sealAnswer(sealer, given)
      const at = now()
      const { raw: bytes, mediaType } = input
      const draft = { id: randomUUID(), kind: 'answer', mediaType, bytes } as const
      const blobs = await sealBlobs(sealer, [draft], at)
      const receipt = { input, acknowledgementId: randomUUID(), rawBlobId: draft.id, blobs, at }
      return database.writeOne((db) => store(db, receipt))
    },
    async begin(key, acknowledgementId) {
      const rows = isUuid(acknowledgementId)
        ? await database.read(
            (db) => db.$queryRaw<AnswerRow[]>`
              SELECT submission_id AS "submissionId", version, message_id AS "messageId",
                document_id AS "documentId", verdict, registry_id AS "registryId", issues,
                answered_at AS "answeredAt", ${pastOf(key)} AS past
              FROM acknowledgement WHERE id = ${acknowledgementId}::uuid`,
          )
        : []
      const row = rows[0]
      if (!row) throw new AppError('acknowledgement-not-found', 'permanent')
      const { past, registryId, ...answer } = row
      if (past) return { done: past.outcome }
      const issues = await openAnswerIssues(sealer, row.documentId, row.issues)
      return { answer: { ...answer, issues, registryId: registryId ?? undefined } }
    },
  }
}

/** An answer with everything encrypted and every id known. */
interface Receipt {
  readonly input: AnswerInput
  readonly acknowledgementId: string
  readonly rawBlobId: string
  readonly blobs: readonly SealedBlob[]
  readonly at: Date
}

async function store(db: Statements, receipt: Receipt): Promise<Received> {
  const { acknowledgementId } = receipt
  const rows = await db.$queryRaw<{ submissionId: string; stored: boolean }[]>(
    receiptStatement(receipt),
  )
  const subject = rows[0]
  if (!subject) return { kind: 'unknown-document' }
  const { submissionId, stored } = subject
  if (stored) return { kind: 'stored', acknowledgementId, submissionId }
  const known = await findKnown(db, receipt.input)
  return { kind: 'repeated', acknowledgementId: known, submissionId }
}

/**
 * Everything an answer leaves behind, as one statement (as step-statement.ts). It locks the submission the document
 * belongs to first: events are numbered in the order of this lock. Of two copies of one answer the second waits here,
 * finds the key taken, and every later part, which reads `entry`, writes nothing.
 */
function receiptStatement(receipt: Receipt): Prisma.Sql {
  const { input, acknowledgementId, rawBlobId, blobs, at } = receipt
  const { organizationId, answer, via } = input
  const of = { submissionId: Prisma.sql`entry.id`, version: Prisma.sql`entry.version` }
  const acknowledgement = {
    id: acknowledgementId,
    submissionId: Prisma.sql`subject.id`,
    version: Prisma.sql`subject.version`,
    rawBlobId,
    ...toRow(input, at),
  }
  const parts = [
    Prisma.sql`UPDATE submission AS s SET event_seq = s.event_seq + 1, revision = s.revision + 1, updated_at = ${at}
      FROM entry WHERE s.id = entry.id`,
    ...insertsFrom({
      blob: blobs.map((blob) => ({ ...blob, ...of })),
      event: eventsFrom({ ...of, actor: 'registry', at }, [toEvent(input)]),
    }),
    // What a step fetched itself it hands to the workflow itself.
    ...(via === 'callback'
      ? [outboxFrom({ kind: 'registry-answered', acknowledgementId }, at)]
      : []),
  ]
  return Prisma.sql`
    WITH subject AS (
      SELECT s.id, s.event_seq, v.version
      FROM submission_version AS v JOIN submission AS s ON s.id = v.submission_id
      WHERE v.document_id = ${answer.documentId}::uuid AND s.organization_id = ${organizationId}
      FOR NO KEY UPDATE OF s),
    stored AS (
      ${insertFrom('acknowledgement', acknowledgement, 'subject')}
      ON CONFLICT (document_id, message_id) DO NOTHING RETURNING submission_id AS id),
    entry AS (SELECT id, event_seq, version FROM subject JOIN stored USING (id))
    ${namedParts(parts)}
    SELECT id AS "submissionId", EXISTS (SELECT 1 FROM stored) AS stored FROM subject`
}

/** Asked afterwards: the statement saw the database as it was before it waited. */
async function findKnown(db: Statements, { answer }: AnswerInput): Promise<string> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM acknowledgement
    WHERE document_id = ${answer.documentId}::uuid AND message_id = ${answer.messageId}`
  const known = rows[0]
  if (!known) throw new Error('a known answer is gone')
  return known.id
}

function toRow({ answer, via }: AnswerInput, receivedAt: Date) {
  return {
    documentId: answer.documentId,
    messageId: answer.messageId,
    verdict: answer.verdict,
    registryId: answer.registryId ?? null,
    issues: toJsonColumn(answer.issues),
    answeredAt: answer.answeredAt,
    receivedAt,
    via,
  }
}

function toEvent({ answer, via }: AnswerInput): EventDraft {
  return {
    type: 'registry.answer-received',
    text: 'Получен ответ реестра',
    details: { verdict: answer.verdict, messageId: answer.messageId, via },
  }
}
