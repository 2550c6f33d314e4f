import type { StepKey } from '../../domain/submission/step.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import type { Json } from './port.ts'
import type { Statements } from './statements.ts'

/** A version of a submission and, where a step is about to begin, its key. */
export type Subject = Pick<StepKey, 'submissionId' | 'version'> & Partial<StepKey>

/** What a step left when it ran before; an outcome may be null itself. */
export type Past = { readonly outcome: Json } | null

/** As a column of a larger question: `Past`. A key without a step has none. */
export function pastOf({ submissionId, version, step, round }: Subject): Prisma.Sql {
  return Prisma.sql`(
    SELECT jsonb_build_object('outcome', outcome) FROM step WHERE submission_id = ${submissionId}::uuid
      AND version = ${version} AND step = ${step} AND round = ${round})`
}

export async function readOutcome(db: Statements, key: StepKey): Promise<Json | undefined> {
  const rows = await db.$queryRaw<{ past: Past }[]>`SELECT ${pastOf(key)} AS past`
  return rows[0]?.past?.outcome
}
