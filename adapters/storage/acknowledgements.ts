import { type Entry, toBook } from '../../domain/registry/book.ts'
import { AppError } from '../../domain/shared/app-error.ts'
import { type Received, receiptStatement, toReceipt } from './answer-receipt.ts'
import { ENTRY_COLUMNS } from './books.ts'
import { isUuid } from './columns.ts'
import type { StoreParts } from './parts.ts'
import type { Acknowledgements, ReceivedAnswer } from './port.ts'
import { openAnswerIssues } from './sealed-answer.ts'
import { type Past, pastOf } from './step-key.ts'
import { storeUnusual } from './unusual-answer.ts'

interface AnswerRow extends Omit<ReceivedAnswer, 'book' | 'registryId' | 'verdict'>, Entry {
  readonly said: ReceivedAnswer['verdict']
  readonly saidId: string | null
  readonly past: Past
}

export function createAcknowledgements({ database, sealer, now }: StoreParts): Acknowledgements {
  return {
    async receive(input) {
      if (!isUuid(input.answer.documentId)) return { kind: 'unknown-document' }
      const receipt = await toReceipt(sealer, input, now())
      const rows = await database.writeOne((db) =>
        db.$queryRaw<Received[]>(receiptStatement(receipt)),
      )
      const received = rows[0]
      if (!received) return { kind: 'unknown-document' }
      const { submissionId, known, stored } = received
      const { acknowledgementId } = receipt
      if (stored) return { kind: 'stored', acknowledgementId, submissionId }
      if (known) return { kind: 'repeated', acknowledgementId: known, submissionId }
      return database.transact((tx) => storeUnusual(tx, sealer, receipt))
    },
    async begin(key, acknowledgementId) {
      const rows = isUuid(acknowledgementId)
        ? await database.read(
            (db) => db.$queryRaw<AnswerRow[]>`
              SELECT a.submission_id AS "submissionId", a.version, a.message_id AS "messageId",
                a.document_id AS "documentId", a.registry_id AS "saidId", a.issues,
                a.answered_at AS "answeredAt", (s.policy->>'retentionMs')::float8 AS "retentionMs", ${pastOf(key)} AS past, ${ENTRY_COLUMNS}, a.verdict AS said
              FROM acknowledgement AS a JOIN submission_version AS v ON v.document_id = a.document_id
              JOIN submission AS s ON s.id = a.submission_id
              WHERE a.id = ${acknowledgementId}::uuid`,
          )
        : []
      const row = rows[0]
      if (!row) throw new AppError('acknowledgement-not-found', 'permanent')
      if (row.past) return { done: row.past.outcome }
      const issues = await openAnswerIssues(sealer, row.documentId, row.issues)
      return { answer: toAnswer({ ...row, issues }) }
    },
  }
}

function toAnswer(row: AnswerRow): ReceivedAnswer {
  const { submissionId, version, messageId, documentId, issues, answeredAt, said, saidId } = row
  return {
    ...{ submissionId, version, messageId, documentId, issues, answeredAt },
    retentionMs: row.retentionMs,
    verdict: said,
    registryId: saidId ?? undefined,
    book: toBook(row),
  }
}
