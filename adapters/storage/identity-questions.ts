import type { Issue } from '../../domain/shared/issue.ts'
import { QUESTIONS, type QuestionCode } from '../../domain/submission/question.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import { isUndecided, SAME_NUMBER } from './same-patient.ts'
import type { Statements } from './statements.ts'

/** Another name, or another birth date where both are known. Rows of old are compared once their name is known. */
const DIFFERS = Prisma.sql`(known.name_index <> other.name_index
  OR coalesce(known.birth_index <> other.birth_index, false))`
const OTHER_IS_LATER = Prisma.sql`(other.created_at, other.id) > (known.created_at, known.id)`

/**
 * Rows `known` (of submission `s`) and `other` under one number with other details, where the later of the two has not
 * been confirmed. An identity that came later is no reason to doubt an established one, unless the submission rests on
 * its consent.
 */
export const DOUBTED = Prisma.sql`${SAME_NUMBER} AND ${DIFFERS}
  AND CASE WHEN ${OTHER_IS_LATER}
    THEN other.confirmed_at IS NULL AND EXISTS (SELECT 1 FROM consent AS c WHERE c.id = s.consent_id AND c.patient_id = other.id)
    ELSE known.confirmed_at IS NULL END`

/** Of a pair of `DOUBTED`: the row that the decision is about. */
export const DOUBTFUL_ROW = Prisma.sql`CASE WHEN ${OTHER_IS_LATER} THEN other.id ELSE known.id END`

/** Nothing but a number that has met several people tells who row `known` is. */
export const CONTESTED = Prisma.sql`known.refuted_at IS NULL AND known.snils_index IS NULL
  AND CASE WHEN known.policy_index IS NOT NULL THEN ${isUndecided('policy_index')}
    ELSE known.local_index IS NOT NULL AND ${isUndecided('local_index')} END`

/**
 * Asks what the identity of a submission leaves to a person and nobody has decided; returns the codes of all its open
 * questions. Repeated, it asks nothing twice. Called where a result or its correction is accepted, and again in the
 * transaction that claims a send: what makes an identity doubtful may have come after the result.
 */
export async function askAboutIdentity(
  tx: Statements,
  submissionId: string,
  at: Date,
): Promise<QuestionCode[]> {
  const rows = await tx.$queryRaw<{ code: QuestionCode }[]>`
    WITH asked AS (
      INSERT INTO question (id, submission_id, code, details, asked_at)
      SELECT gen_random_uuid(), s.id, doubt.code, doubt.details, ${at}::timestamptz
      FROM submission AS s JOIN patient AS known ON known.id = s.patient_id
      CROSS JOIN LATERAL (${DOUBTS}) AS doubt
      WHERE s.id = ${submissionId}::uuid
      ON CONFLICT (submission_id, code) WHERE decided_at IS NULL DO NOTHING RETURNING code)
    SELECT code FROM asked UNION ${openOf(submissionId)} ORDER BY code`
  return rows.map(({ code }) => code)
}

/** New content names its own patient: what was asked about the former one is over. */
export async function dropIdentityQuestions(
  tx: Statements,
  submissionId: string,
  at: Date,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE question SET decided_at = ${at}, decided_by = 'system', decision = 'overtaken'
    WHERE submission_id = ${submissionId}::uuid AND decided_at IS NULL
      AND code IN ('identity-differs', 'identity-ambiguous')`
}

/** Of row `known`, the patient of `s`: what is doubtful, with the submissions and consents a person may want to look at. */
const DOUBTS = Prisma.sql`
  SELECT 'identity-differs' AS code, jsonb_build_object(
    'submissions', coalesce(jsonb_agg(DISTINCT o.id) FILTER (WHERE o.id IS NOT NULL), '[]'),
    'consents', coalesce(jsonb_agg(DISTINCT c.id) FILTER (WHERE c.id IS NOT NULL), '[]')) AS details
  FROM patient AS other
  LEFT JOIN LATERAL (SELECT id FROM submission WHERE patient_id = other.id ORDER BY received_at DESC LIMIT 3) AS o ON true
  LEFT JOIN LATERAL (SELECT id FROM consent WHERE patient_id = other.id ORDER BY created_at DESC LIMIT 3) AS c ON true
  WHERE ${DOUBTED} HAVING count(*) > 0
  UNION ALL SELECT 'identity-ambiguous', '{}'::jsonb WHERE ${CONTESTED}`

const openOf = (submissionId: string) =>
  Prisma.sql`SELECT code FROM question WHERE submission_id = ${submissionId}::uuid AND decided_at IS NULL`

/** About row `s` of `submission`, for the statement that claims a send: its identity leaves something to a person. */
export const IS_DOUBTED = Prisma.sql`EXISTS (
  SELECT 1 FROM patient AS known CROSS JOIN LATERAL (${DOUBTS}) AS doubt WHERE known.id = s.patient_id)`

const WARNINGS: Partial<Record<QuestionCode, string>> = {
  'identity-differs': '/patient/familyName',
  'identity-ambiguous': '/patient/localId',
}

/** What the laboratory is told at intake of the questions its result has raised. */
export function toIdentityWarnings(codes: readonly QuestionCode[]): Issue[] {
  return codes.flatMap((code) => {
    const pointer = WARNINGS[code]
    return pointer === undefined
      ? []
      : [{ code, pointer, detail: QUESTIONS[code].text, severity: 'warning' as const }]
  })
}
