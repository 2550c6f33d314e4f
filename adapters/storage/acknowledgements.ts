import { randomUUID } from 'node:crypto'
import { AppError } from '../../domain/shared/app-error.ts'
import { sealBlobs } from './blob-rows.ts'
import { isUuid, toJsonColumn } from './columns.ts'
import { addToOutbox } from './outbox-rows.ts'
import type { StoreParts } from './parts.ts'
import type { Acknowledgements, EventDraft } from './port.ts'
import { insertRows } from './rows.ts'
import type { Statements } from './statements.ts'
import { appendEvent } from './timeline.ts'

type Answer = Awaited<ReturnType<Acknowledgements['load']>>
type AnswerRow = Omit<Answer, 'acknowledgementId' | 'registryId'> & { registryId: string | null }
type AnswerInput = Parameters<Acknowledgements['receive']>[0]

export function createAcknowledgements({ database, sealer, now }: StoreParts): Acknowledgements {
  return {
    async receive(input) {
      if (!isUuid(input.answer.documentId)) return { kind: 'unknown-document' }
      const at = now()
      const { raw: bytes, mediaType } = input
      const draft = { id: randomUUID(), kind: 'answer', mediaType, bytes } as const
      const blobs = await sealBlobs(sealer, [draft], at)
      return database.transact(async (tx) => {
        const subject = await findSubject(tx, input)
        if (!subject) return { kind: 'unknown-document' }
        const { submissionId, version, acknowledgementId: known } = subject
        if (known) return { kind: 'repeated', acknowledgementId: known, submissionId }
        const acknowledgementId = randomUUID()
        const row = { id: acknowledgementId, submissionId, version, rawBlobId: draft.id }
        await insertRows(tx, 'acknowledgement', [{ ...row, ...toRow(input, at) }])
        await insertRows(
          tx,
          'blob',
          blobs.map((blob) => ({ ...blob, submissionId, version })),
        )
        await appendEvent(tx, { submissionId, version, actor: 'registry', at }, toEvent(input))
        // What a step fetched itself it hands to the workflow itself.
        if (input.via === 'callback')
          await addToOutbox(
            tx,
            [{ kind: 'registry-answered', submissionId, acknowledgementId }],
            at,
          )
        return { kind: 'stored', acknowledgementId, submissionId }
      })
    },
    async load(acknowledgementId) {
      const rows = isUuid(acknowledgementId)
        ? await database.read(
            (db) => db.$queryRaw<AnswerRow[]>`
              SELECT submission_id AS "submissionId", version, message_id AS "messageId",
                document_id AS "documentId", verdict, registry_id AS "registryId", issues,
                answered_at AS "answeredAt"
              FROM acknowledgement WHERE id = ${acknowledgementId}::uuid`,
          )
        : []
      const row = rows[0]
      if (!row) throw new AppError('acknowledgement-not-found', 'permanent')
      return { ...row, acknowledgementId, registryId: row.registryId ?? undefined }
    },
  }
}

/**
 * Locks the submission the document belongs to. The look for a repeat may miss one that commits at this moment: then
 * the unique key is taken and the transaction repeats.
 */
async function findSubject(tx: Statements, { organizationId, answer }: AnswerInput) {
  const rows = await tx.$queryRaw<
    { submissionId: string; version: number; acknowledgementId: string | null }[]
  >`
    SELECT s.id AS "submissionId", v.version,
      (SELECT id FROM acknowledgement WHERE document_id = v.document_id AND message_id = ${answer.messageId})
        AS "acknowledgementId"
    FROM submission_version AS v JOIN submission AS s ON s.id = v.submission_id
    WHERE v.document_id = ${answer.documentId}::uuid AND s.organization_id = ${organizationId}
    FOR NO KEY UPDATE OF s`
  return rows[0]
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
