import type { QuestionCode } from '../../domain/submission/question.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import { addToOutbox } from './outbox-rows.ts'
import type { EventDraft } from './port.ts'
import type { Statements } from './statements.ts'
import { appendEvent } from './timeline.ts'

/** What a question about the registry's word says: `acknowledgements` holds every final answer on the document, oldest first. */
export interface DisputeDetails {
  readonly documentId: string
  readonly version: number
  readonly acknowledgements: readonly string[]
}

/** Speaks of `v`. */
const DETAILS = Prisma.sql`jsonb_build_object('documentId', v.document_id, 'version', v.version,
  'acknowledgements', (SELECT coalesce(jsonb_agg(a.id ORDER BY a.seq), '[]') FROM acknowledgement AS a
    WHERE a.document_id = v.document_id AND a.verdict <> 'processing'))`

const EVENTS: Partial<Record<QuestionCode, EventDraft>> = {
  'registry-contradicts': {
    type: 'registry.contradicted',
    text: 'Ответы реестра о документе противоречат друг другу: спрошен сотрудник',
  },
  'registry-number-taken': {
    type: 'registry.number-taken',
    text: 'Реестр назвал номер, который уже есть у другого документа: спрошен сотрудник',
  },
}

/**
 * Asks about the documents of a submission that are disputed, in the transaction in which they came to be, and has the
 * operator told, whether a run lives or not. One question of a code at a time: the next document's follows the decision.
 */
export async function askAboutDisputes(
  tx: Statements,
  submissionId: string,
  at: Date,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE question AS q SET details = q.details || ${DETAILS} FROM submission_version AS v
    WHERE q.submission_id = ${submissionId}::uuid AND q.decided_at IS NULL AND q.code = v.disputed
      AND v.submission_id = q.submission_id AND v.document_id::text = q.details->>'documentId'`
  const asked = await tx.$queryRaw<{ code: QuestionCode; version: number }[]>`
    INSERT INTO question (id, submission_id, code, details, asked_at)
    SELECT DISTINCT ON (v.disputed) gen_random_uuid(), v.submission_id, v.disputed, ${DETAILS}, ${at}::timestamptz
    FROM submission_version AS v
    WHERE v.submission_id = ${submissionId}::uuid AND v.disputed IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM question AS q
        WHERE q.submission_id = v.submission_id AND q.code = v.disputed AND q.decided_at IS NULL)
    ORDER BY v.disputed, v.version DESC
    RETURNING code, (details->>'version')::int AS version`
  for (const { code, version } of asked) {
    const event = EVENTS[code]
    if (event) await appendEvent(tx, { submissionId, version, actor: 'registry', at }, event)
  }
  if (asked.length > 0) await tellOfQuestions(tx, submissionId, asked.length, at)
}

/** The operator hears of each question once: messages are numbered as the questions of the submission are. */
export async function tellOfQuestions(
  tx: Statements,
  submissionId: string,
  asked: number,
  at: Date,
): Promise<void> {
  const rows = await tx.$queryRaw<{ questions: number; version: number }[]>`
    SELECT s.version, (SELECT count(*)::int FROM question WHERE submission_id = s.id) AS questions
    FROM submission AS s WHERE s.id = ${submissionId}::uuid`
  const { questions = 0, version = 1 } = rows[0] ?? {}
  const messages = Array.from({ length: asked }, (_, index) => ({
    kind: 'tell' as const,
    submissionId,
    version,
    notification: 'question-asked' as const,
    round: questions - index,
  }))
  await addToOutbox(tx, messages, at)
}

/** The registry or a newer word has answered the question itself. */
export async function closeDispute(
  tx: Statements,
  documentId: string,
  decision: string,
  at: Date,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE question SET decided_at = ${at}, decided_by = 'registry', decision = ${decision}
    WHERE decided_at IS NULL AND code IN ('registry-contradicts', 'registry-number-taken')
      AND details->>'documentId' = ${documentId}
      AND submission_id = (SELECT submission_id FROM submission_version WHERE document_id = ${documentId}::uuid)`
}
