import type { Queries } from './database.ts'
import { eraseContents, erasePatients, patientsOf } from './erasure.ts'
import { bringAlong } from './old-forms.ts'
import type { StoreParts } from './parts.ts'
import type { Retention } from './port.ts'

const PAGE = 200
/** What an older release left is brought along in several pages a time: it may be millions of rows. */
const OLD_PAGES = 5

/** What has outlived its term. Each part is a transaction of its own and a page long: the next call does the rest. */
export function createTidy({ database, sealer, now }: StoreParts): Retention['tidy'] {
  return async ({ answersMs, consentsMs }) => {
    const at = now()
    const before = (ms: number) => new Date(at.getTime() - ms)
    const answers = await database.write((tx) => deleteAnswers(tx, before(answersMs)))
    const consents = await database.write((tx) => destroyConsents(tx, before(consentsMs), at))
    const late = await database.write((tx) => eraseLate(tx, at))
    await database.write(forgetRulings)
    let brought = 0
    for (let page = 0; page < OLD_PAGES; page += 1) {
      const more = await database.write((tx) => bringAlong({ tx, sealer, at, limit: PAGE }))
      if (more === 0) break
      brought += more
    }
    return { answers, consents, late, brought }
  }
}

const deleteAnswers = (tx: Queries, before: Date) => tx.$executeRaw`
  DELETE FROM idempotency_key WHERE key_index IN (
    SELECT key_index FROM idempotency_key WHERE started_at < ${before} ORDER BY started_at LIMIT ${PAGE})`

/**
 * A consent that has ended and that no record rests on goes with the reasons people gave and, where nothing else refers to
 * it, with the identity. Records keep what they rested on in their own evidence; the journal of checks holds ids alone.
 */
async function destroyConsents(tx: Queries, before: Date, at: Date): Promise<number> {
  const rows = await tx.$queryRaw<{ id: string; patientId: string }[]>`
    SELECT id, patient_id AS "patientId" FROM consent
    WHERE (withdrawn_at < ${before} OR valid_until < ${before})
      AND NOT EXISTS (SELECT 1 FROM submission WHERE consent_id = consent.id AND erased_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM submission_consent AS r JOIN submission AS s ON s.id = r.submission_id
        WHERE r.consent_id = consent.id AND s.erased_at IS NULL)
    ORDER BY id LIMIT ${PAGE} FOR UPDATE`
  const ids = rows.map(({ id }) => id)
  await tx.$executeRaw`UPDATE audit_entry SET reason = NULL WHERE target = ANY(${ids}) AND submission_id IS NULL`
  await tx.$executeRaw`DELETE FROM consent WHERE id = ANY(${ids})`
  await erasePatients(tx, [...new Set(rows.map(({ patientId }) => patientId))], at)
  return ids.length
}

/** An answer of the registry or an act of a person may come to a record that is destroyed: its content follows. */
async function eraseLate(tx: Queries, at: Date): Promise<number> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM submission WHERE erased_at IS NOT NULL AND updated_at > erased_at
    ORDER BY id LIMIT ${PAGE} FOR NO KEY UPDATE`
  for (const { id } of rows) {
    const patients = await patientsOf(tx, id)
    await eraseContents(tx, id, at)
    await erasePatients(tx, patients, at)
  }
  return rows.length
}

/** What was decided about a number ends with the last identity that states it. */
const forgetRulings = (tx: Queries) => tx.$executeRaw`
  DELETE FROM number_ruling AS r WHERE NOT EXISTS (SELECT 1 FROM patient AS p
    WHERE p.organization_id = r.organization_id AND p.policy_index = r.number_index)
    AND NOT EXISTS (SELECT 1 FROM patient AS p
    WHERE p.organization_id = r.organization_id AND p.local_index = r.number_index)`
