import { AppError } from '../../domain/shared/app-error.ts'
import type { Phase } from '../../domain/submission/phase.ts'
import type { StepKey } from '../../domain/submission/step.ts'
import type { Verdict } from '../../domain/submission/verdict.ts'
import type { Queries } from './database.ts'
import type { Json, StepRecord } from './port.ts'

/** The submission as the step found it; its row is locked until the transaction ends. */
export interface StepSubject {
  readonly organizationId: string
  readonly patientId: string
  readonly phase: Phase
  readonly lastVerdict: Verdict | null
  readonly eventSeq: number
  /** Newest assembled document of the step's version. */
  readonly documentSeq: bigint | null
  /** False: the step is already journaled and nothing may be written. */
  readonly isNew: boolean
}

export async function readOutcome(db: Queries, key: StepKey): Promise<Json | undefined> {
  const { submissionId, version, step, round } = key
  const rows = await db.$queryRaw<{ outcome: Json }[]>`
    SELECT outcome FROM step WHERE submission_id = ${submissionId}::uuid AND version = ${version}
      AND step = ${step} AND round = ${round}`
  return rows[0]?.outcome
}

/**
 * Locks the submission and journals the step, in that order and in one statement: of two activities that commit the
 * same step the second waits here, finds the key taken and writes nothing.
 */
export async function openStep(tx: Queries, record: StepRecord, at: Date): Promise<StepSubject> {
  const { submissionId, version, step, round } = record.key
  const rows = await tx.$queryRaw<StepSubject[]>`
    WITH subject AS (
      SELECT id, organization_id, patient_id, phase, last_verdict, event_seq FROM submission
      WHERE id = ${submissionId}::uuid FOR NO KEY UPDATE),
    opened AS (
      INSERT INTO step (submission_id, version, step, round, outcome, at)
      SELECT id, ${version}, ${step}, ${round}, ${JSON.stringify(record.outcome)}::jsonb, ${at} FROM subject
      ON CONFLICT DO NOTHING RETURNING 1)
    SELECT organization_id AS "organizationId", patient_id AS "patientId", phase, last_verdict AS "lastVerdict",
      event_seq AS "eventSeq", EXISTS (SELECT 1 FROM opened) AS "isNew",
      (SELECT max(seq) FROM document
       WHERE submission_id = ${submissionId}::uuid AND version = ${version}) AS "documentSeq"
    FROM subject`
  const subject = rows[0]
  if (!subject)
    throw new AppError('submission-not-found', 'permanent', { details: { submissionId } })
  return subject
}
