import { Prisma } from '../../prisma/generated/client.ts'
import type { DiscoveredConsent, Json, StepRecord } from './port.ts'
import type { Statements } from './statements.ts'
import { readOutcome } from './step-key.ts'

/**
 * Consents that only the service knew enter the register before the step that rests on them. The register may have learnt
 * the same consent meanwhile: its own row is kept, and the record comes back with its id. `done`: the step was journaled
 * already, and nothing may be written.
 */
export async function withDiscoveredConsents(
  tx: Statements,
  record: StepRecord,
  at: Date,
): Promise<{ readonly done: Json } | { readonly record: StepRecord }> {
  const { submissionId } = record.key
  await tx.$queryRaw`SELECT 1 FROM submission WHERE id = ${submissionId}::uuid FOR NO KEY UPDATE`
  const done = await readOutcome(tx, record.key)
  if (done !== undefined) return { done }
  const kept = new Map<string, string>()
  for (const found of record.discoveredConsents ?? [])
    kept.set(found.id, await keep(tx, submissionId, found, at))
  return { record: restingOn(record, kept) }
}

/**
 * What the laboratory has entered, and what was withdrawn, stays as it is: the service may add to its own rows alone. A
 * number that stands for such a row, or for another person's, is told apart by our id.
 */
async function keep(
  tx: Statements,
  submissionId: string,
  found: DiscoveredConsent,
  at: Date,
): Promise<string> {
  const givenAt = Prisma.raw(found.givenAt ? 'excluded.given_at' : 'consent.given_at')
  const insert = (number: string) => tx.$queryRaw<{ id: string }[]>`
    INSERT INTO consent (id, organization_id, patient_id, number, given_at, scope, analyses, confirmation_method,
      valid_until, source, known_by, created_at, updated_at)
    SELECT ${found.id}, s.organization_id, s.patient_id, ${number}, ${found.givenAt ?? at}, 'partial',
      ${[...found.analyses]}::text[], 'service', ${found.validUntil}, 'service', ${KNOWN_BY}, ${at}, ${at}
    FROM submission AS s JOIN patient AS p ON p.id = s.patient_id WHERE s.id = ${submissionId}::uuid
    ON CONFLICT (organization_id, number) DO UPDATE SET updated_at = excluded.updated_at,
      analyses = ARRAY(SELECT DISTINCT unnest(consent.analyses || excluded.analyses)),
      given_at = ${givenAt}, valid_until = excluded.valid_until
    WHERE consent.patient_id = excluded.patient_id AND consent.source = 'service' AND consent.withdrawn_at IS NULL
    RETURNING id`
  const rows = await insert(found.number)
  return rows[0]?.id ?? (await insert(`${found.number}/${found.id}`))[0]?.id ?? found.id
}

const KNOWN_BY = Prisma.sql`CASE WHEN p.snils_index IS NOT NULL THEN 'snils'
  WHEN p.policy_index IS NOT NULL THEN 'policy' ELSE 'local-number' END`

function restingOn(record: StepRecord, kept: ReadonlyMap<string, string>): StepRecord {
  const now = <T extends string | null>(id: T) => (id === null ? id : (kept.get(id) ?? id))
  const { patch, consentChecks, restsOn } = record
  return {
    ...record,
    outcome: inOutcome(record.outcome, now),
    ...(patch?.consentId ? { patch: { ...patch, consentId: now(patch.consentId) } } : {}),
    ...(restsOn && {
      restsOn: restsOn.map((one) => ({ ...one, consentId: now(one.consentId) })),
    }),
    ...(consentChecks && {
      consentChecks: consentChecks.map((check) =>
        check.consentId === undefined ? check : { ...check, consentId: now(check.consentId) },
      ),
    }),
  }
}

/** The workflow rests on what is in the register, not on what was found. */
function inOutcome(outcome: Json, now: (id: string) => string): Json {
  if (typeof outcome === 'string') return now(outcome)
  if (Array.isArray(outcome)) return outcome.map((one: Json) => inOutcome(one, now))
  if (typeof outcome !== 'object' || outcome === null) return outcome
  return Object.fromEntries(
    Object.entries(outcome).map(([name, value]: [string, Json]) => [name, inOutcome(value, now)]),
  )
}
