import { AppError } from '../../domain/shared/app-error.ts'
import { IN_FLIGHT } from '../../domain/submission/phase.ts'
import type { QuestionCode } from '../../domain/submission/question.ts'
import { fromJsonColumn, isUuid } from './columns.ts'
import { decideWhichWord } from './decide-which-word.ts'
import type { Deciding, DecisionEffect } from './deciding.ts'
import { applyIdentityDecision } from './identity-decisions.ts'
import { addToOutbox } from './outbox-rows.ts'
import type { StoreParts } from './parts.ts'
import type { Questions } from './port.ts'
import {
  decideRegistryContradicts,
  decideRegistryNumberTaken,
  type RegistryDecision,
  type RegistryQuestion,
} from './registry-questions.ts'
import { type KnownResult, lockResultOf } from './result-rows.ts'
import { insertRows } from './rows.ts'
import { sealText } from './sealed-text.ts'
import type { Statements } from './statements.ts'
import { appendEvent } from './timeline.ts'

/** What follows from the answers to each question. */
const EFFECTS: Readonly<Record<QuestionCode, DecisionEffect>> = {
  'which-word': decideWhichWord,
  // The checks of the legal basis read the answer themselves (activities/legal-basis.ts).
  'consent-unclear': () => Promise.resolve(),
  'registry-contradicts': (tx, { submissionId, details, decision, at }) =>
    decideRegistryContradicts(tx, disputeOf(submissionId, details), toVerdict(decision), at),
  'registry-number-taken': (tx, { submissionId, details, decision, at }) =>
    decideRegistryNumberTaken(tx, disputeOf(submissionId, details), toVerdict(decision), at),
  'identity-differs': (tx, decided) => applyIdentityDecision(tx, 'identity-differs', decided),
  'identity-ambiguous': (tx, decided) => applyIdentityDecision(tx, 'identity-ambiguous', decided),
}

const disputeOf = (submissionId: string, details: Deciding['details']): RegistryQuestion => ({
  submissionId,
  details: fromJsonColumn(details),
})
const toVerdict = (decision: string): RegistryDecision =>
  decision === 'accepted' ? 'accepted' : 'refused'

export function createQuestions({ database, sealer, now }: StoreParts): Questions {
  return {
    async decide({ organizationId, submissionId, code, decision, actor, reason }) {
      if (!isUuid(submissionId)) throw new AppError('submission-not-found', 'permanent')
      const at = now()
      const sealedReason = await sealText(sealer, submissionId, reason)
      return database.transact(async (tx) => {
        const known = await lockResultOf(tx, submissionId, sealer)
        const question = await openQuestionOf(tx, { organizationId, submissionId, code })
        if (!known || !question) return { kind: 'not-asked' }
        const { details } = question
        await tx.$executeRaw`
          UPDATE question SET decided_at = ${at}, decided_by = ${actor}, decision = ${decision}
          WHERE id = ${question.id}::uuid`
        const context = { submissionId, actor, at }
        await appendEvent(tx, context, {
          type: 'question.decided',
          text: 'Сотрудник ответил на вопрос',
          details: { question: code, decision },
        })
        await EFFECTS[code](tx, { sealer, known, details, decision, ...context })
        const audit = { at, organizationId, actor, action: 'submission.decide' }
        const target = `${code}/${decision}`
        await insertRows(tx, 'audit_entry', [
          { ...audit, submissionId, target, reason: sealedReason },
        ])
        await tellWayCleared(tx, submissionId, at)
        return { kind: 'decided', told: await toBeTold(tx, known) }
      })
    },
  }
}

async function openQuestionOf(
  tx: Statements,
  asked: { organizationId: string; submissionId: string; code: QuestionCode },
) {
  const rows = await tx.$queryRaw<{ id: string; details: Deciding['details'] }[]>`
    SELECT q.id, q.details FROM question AS q JOIN submission AS s ON s.id = q.submission_id
    WHERE q.submission_id = ${asked.submissionId}::uuid AND q.code = ${asked.code} AND q.decided_at IS NULL
      AND s.organization_id = ${asked.organizationId}
    FOR UPDATE`
  return rows[0]
}

/** Whoever of the result is on its way may go on now, or has to ask again. */
async function tellWayCleared(tx: Statements, submissionId: string, at: Date): Promise<void> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM submission
    WHERE result_id = (SELECT result_id FROM submission WHERE id = ${submissionId}::uuid)
      AND phase = ANY(${[...IN_FLIGHT]})
    ORDER BY id FOR NO KEY UPDATE`
  const messages = rows.map(({ id }) => ({ kind: 'way-cleared' as const, submissionId: id }))
  await addToOutbox(tx, messages, at)
}

/** Submissions of the result whose runs have something to hear. */
async function toBeTold(tx: Statements, { key }: KnownResult): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT o.submission_id AS id FROM outbox AS o JOIN submission AS s ON s.id = o.submission_id
    WHERE o.delivered_at IS NULL AND s.organization_id = ${key.organizationId}
      AND s.source_system = ${key.system} AND s.source_id = ${key.resultId}`
  return rows.map(({ id }) => id)
}
