import { randomUUID } from 'node:crypto'
import { AppError } from '../../domain/shared/app-error.ts'
import type { Verdict } from '../../domain/submission/verdict.ts'
import { sealBlobs } from './blob-rows.ts'
import { fromJsonColumn, isUuid, toJsonColumn } from './columns.ts'
import type { Queries } from './database.ts'
import { addToOutbox } from './outbox-rows.ts'
import type { StoreParts } from './parts.ts'
import type { Acknowledgements, EventDraft } from './port.ts'
import { insertRows } from './rows.ts'
import { appendEvent } from './timeline.ts'

type AnswerInput = Parameters<Acknowledgements['receive']>[0]

export function createAcknowledgements({ database, sealer, now }: StoreParts): Acknowledgements {
  return {
    async receive(input) {
      if (!isUuid(input.answer.documentId)) return { kind: 'unknown-document' }
      const at = now()
      const { raw: bytes, mediaType } = input
      const draft = { id: randomUUID(), kind: 'answer', mediaType, bytes } as const
      const blobs = await sealBlobs(sealer, [draft], at)
      return database.write(async (tx) => {
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
      const row = isUuid(acknowledgementId)
        ? await database.read((db) =>
            db.acknowledgement.findUnique({ where: { id: acknowledgementId } }),
          )
        : null
      if (!row) throw new AppError('acknowledgement-not-found', 'permanent')
      return {
        acknowledgementId,
        submissionId: row.submissionId,
        version: row.version,
        messageId: row.messageId,
        documentId: row.documentId,
        verdict: row.verdict as Verdict,
        registryId: row.registryId ?? undefined,
        issues: fromJsonColumn(row.issues),
        answeredAt: row.answeredAt,
      }
    },
  }
}

/**
 * Locks the submission the document belongs to. The look for a repeat may miss one that commits at this moment: then
 * the unique key is taken and the transaction repeats.
 */
async function findSubject(tx: Queries, { organizationId, answer }: AnswerInput) {
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
