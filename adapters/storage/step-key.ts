import type { StepKey } from '../../domain/submission/step.ts'
import type { Json } from './port.ts'
import type { Statements } from './statements.ts'

export async function readOutcome(db: Statements, key: StepKey): Promise<Json | undefined> {
  const { submissionId, version, step, round } = key
  const rows = await db.$queryRaw<{ outcome: Json }[]>`
    SELECT outcome FROM step WHERE submission_id = ${submissionId}::uuid AND version = ${version}
      AND step = ${step} AND round = ${round}`
  return rows[0]?.outcome
}
