import type { Json, StepRecord } from './port.ts'
import type { Statements } from './statements.ts'
import { readOutcome } from './step-key.ts'

/**
 * A consent that only the service knew enters the register before the step that rests on it. The register may have learnt
 * the same consent meanwhile: its own row is kept, and the record comes back with its id. `done`: the step was journaled
 * already, and nothing may be written.
 */
export async function withDiscoveredConsent(
  tx: Statements,
  record: StepRecord,
  at: Date,
): Promise<{ readonly done: Json } | { readonly record: StepRecord }> {
  const { submissionId } = record.key
  const found = record.discoveredConsent
  await tx.$queryRaw`SELECT 1 FROM submission WHERE id = ${submissionId}::uuid FOR NO KEY UPDATE`
  const done = await readOutcome(tx, record.key)
  if (done !== undefined) return { done }
  if (!found) return { record }
  const insert = (number: string) => tx.$queryRaw<{ id: string }[]>`
    INSERT INTO consent (id, organization_id, patient_id, number, given_at, scope, analyses, confirmation_method,
      valid_until, status, created_at, updated_at)
    SELECT ${found.id}, organization_id, patient_id, ${number}, ${at}, 'partial', ARRAY[${found.analysis}]::text[],
      'service', ${found.validUntil}, 'active', ${at}, ${at}
    FROM submission WHERE id = ${submissionId}::uuid
    ON CONFLICT (organization_id, number) DO UPDATE SET updated_at = excluded.updated_at,
      analyses = ARRAY(SELECT DISTINCT unnest(consent.analyses || excluded.analyses))
    WHERE consent.patient_id = excluded.patient_id
    RETURNING id`
  // A number that stands for another person's consent is told apart by our id: nobody travels under a stranger's consent.
  const rows = await insert(found.number)
  const kept = rows[0]?.id ?? (await insert(`${found.number}/${found.id}`))[0]?.id ?? found.id
  return { record: restingOn(record, found.id, kept) }
}

function restingOn(record: StepRecord, found: string, kept: string): StepRecord {
  const { patch, consentChecks } = record
  return {
    ...record,
    ...(patch?.consentId === found ? { patch: { ...patch, consentId: kept } } : {}),
    ...(consentChecks && {
      consentChecks: consentChecks.map((check) =>
        check.consentId === found ? { ...check, consentId: kept } : check,
      ),
    }),
  }
}
