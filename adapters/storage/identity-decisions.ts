import type { QuestionCode } from '../../domain/submission/question.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import { tellWaiting } from './consent-news.ts'
import { DOUBTED, DOUBTFUL_ROW } from './identity-questions.ts'
import { SAME_PATIENT } from './same-patient.ts'
import type { Statements } from './statements.ts'

/** A decision about who is meant. `submissionId`: the submission that was asked about. */
export interface IdentityDecision {
  readonly submissionId: string
  readonly code: QuestionCode
  readonly decision: string
  readonly actor: string
  readonly at: Date
}

/**
 * Lets a decision take effect: on every submission of the same identity or number, whose questions close with it. Called by
 * whoever closes the question itself, in the same transaction and after it.
 */
export async function applyIdentityDecision(
  tx: Statements,
  code: 'identity-differs' | 'identity-ambiguous',
  deciding: Omit<IdentityDecision, 'code'>,
): Promise<void> {
  const { submissionId, decision, actor, at } = deciding
  const decided = { submissionId, code, decision, actor, at }
  return code === 'identity-differs' ? decideDetails(tx, decided) : decideNumber(tx, decided)
}

async function decideDetails(tx: Statements, decided: IdentityDecision): Promise<void> {
  const { submissionId, decision, at } = decided
  const column = decision === 'same-person' ? 'confirmed_at' : 'refuted_at'
  await tx.$executeRaw`
    UPDATE patient SET ${Prisma.raw(column)} = ${at}, updated_at = ${at} WHERE id IN (
      SELECT ${DOUBTFUL_ROW} FROM submission AS s JOIN patient AS known ON known.id = s.patient_id
      JOIN patient AS other ON ${DOUBTED} WHERE s.id = ${submissionId}::uuid)`
  await closeAlike(tx, decided, Prisma.sql`patient.id = own.id`)
}

async function decideNumber(tx: Statements, decided: IdentityDecision): Promise<void> {
  const { submissionId, decision, actor, at } = decided
  await tx.$executeRaw`
    INSERT INTO number_ruling (organization_id, number_index, ruling, decided_at, decided_by)
    SELECT p.organization_id, coalesce(p.policy_index, p.local_index), ${decision}, ${at}, ${actor}
    FROM submission AS s JOIN patient AS p ON p.id = s.patient_id
    WHERE s.id = ${submissionId}::uuid AND coalesce(p.policy_index, p.local_index) IS NOT NULL
    ON CONFLICT (organization_id, number_index) DO UPDATE SET ruling = excluded.ruling,
      decided_at = excluded.decided_at, decided_by = excluded.decided_by`
  await closeAlike(
    tx,
    decided,
    Prisma.sql`patient.organization_id = own.organization_id AND patient.snils_index IS NULL
      AND coalesce(patient.policy_index, patient.local_index) = coalesce(own.policy_index, own.local_index)`,
  )
  if (decision === 'one-person') await wake(tx, decided)
}

/** One answer is enough for all who ask the same: they differ only in what was measured. */
async function closeAlike(
  tx: Statements,
  { submissionId, code, decision, actor, at }: IdentityDecision,
  alike: Prisma.Sql,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE question SET decided_at = ${at}, decided_by = ${actor}, decision = ${decision}
    FROM submission AS s, patient, submission AS asked JOIN patient AS own ON own.id = asked.patient_id
    WHERE asked.id = ${submissionId}::uuid AND s.id = question.submission_id AND patient.id = s.patient_id
      AND question.code = ${code} AND question.decided_at IS NULL AND ${alike}`
}

/** The number names its holder again: whoever waits for a consent that is there already hears of it. */
async function wake(tx: Statements, { submissionId, at }: IdentityDecision): Promise<void> {
  const rows = await tx.$queryRaw<{ id: string; patientId: string }[]>`
    SELECT DISTINCT ON (c.patient_id) c.id, c.patient_id AS "patientId"
    FROM submission AS s JOIN patient AS known ON known.id = s.patient_id
    JOIN patient AS other ON ${SAME_PATIENT} JOIN consent AS c ON c.patient_id = other.id
    WHERE s.id = ${submissionId}::uuid ORDER BY c.patient_id, c.given_at DESC`
  for (const { id, patientId } of rows) await tellWaiting(tx, patientId, id, at)
}

/** A person has stated this identity under a number that had another name or birth date. */
export async function confirmIdentity(tx: Statements, patientId: string, at: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE patient SET confirmed_at = ${at}, updated_at = ${at}
    WHERE id = ${patientId}::uuid AND confirmed_at IS NULL AND refuted_at IS NULL`
}
