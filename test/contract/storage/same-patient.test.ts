import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SAME_PATIENT } from '../../../adapters/storage/same-patient.ts'
import type { Numbers } from '../../../domain/identity/numbers.ts'
import { isSamePerson, type Sighting } from '../../../domain/identity/same-person.ts'
import { createTestStore, type TestStore } from '../../support/store.ts'

let fixture: TestStore
let database: pg.Client
beforeAll(async () => {
  fixture = await createTestStore()
  database = new pg.Client({ connectionString: fixture.url })
  await database.connect()
})
afterAll(async () => {
  await database.end()
  await fixture.close()
})

interface World {
  readonly people: readonly (Omit<Sighting, 'seenAt'> & { numbers: Numbers })[]
  readonly rulings: readonly {
    number: string
    ruling: 'one-person' | 'several-people'
    after: number
  }[]
}
const optional = (...values: string[]) => fc.option(fc.constantFrom(...values), { nil: undefined })
const numbers = fc
  .record({ snils: optional('A', 'B'), policy: optional('P', 'Q'), local: optional('1', '2') })
  .map(({ snils, policy, local }) => ({
    ...(snils ? { snils } : {}),
    ...(policy ? { policy } : {}),
    ...(local ? { local: { authority: 'LIS', number: local } } : {}),
  }))
const worlds: fc.Arbitrary<World> = fc.record({
  people: fc.array(
    fc.record({ numbers, refuted: fc.integer({ min: 0, max: 7 }).map((chance) => chance === 0) }),
    { minLength: 2, maxLength: 6 },
  ),
  rulings: fc.uniqueArray(
    fc.record({
      number: fc.constantFrom('P', 'Q', '1', '2'),
      ruling: fc.constantFrom('one-person' as const, 'several-people' as const),
      after: fc.integer({ min: 0, max: 6 }),
    }),
    { selector: ({ number }) => number, maxLength: 2 },
  ),
})

test('SQL tells the same person as the domain does', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      expect(await inSql(world)).toEqual(inDomain(world))
    }),
    { numRuns: 150 },
  )
})

/** Pairs of places in the list, each person with oneself left out. */
function inDomain({ people, rulings }: World): string[] {
  const sightings = people.map((person, place) => ({ ...person, seenAt: 2 * place }))
  const register = {
    sightings,
    rulings: rulings.map(({ number, ruling, after }) => ({
      number: /\d/.test(number) ? { authority: 'LIS', number } : number,
      ruling,
      decidedAt: 2 * after - 1,
    })),
  }
  return sightings.flatMap((a, one) =>
    sightings.flatMap((b, two) =>
      one !== two && isSamePerson(a, b, register) ? [`${one}-${two}`] : [],
    ),
  )
}

async function inSql({ people, rulings }: World): Promise<string[]> {
  await database.query('BEGIN')
  try {
    for (const [place, { numbers: known, refuted }] of people.entries())
      await database.query(
        `INSERT INTO patient (id, organization_id, ciphertext, wrapped_key, key_id, snils_index, policy_index, local_index,
           name_index, created_at, updated_at, refuted_at)
         VALUES (gen_random_uuid(), 'lab-test', '\\x', '\\x', $1, $2, $3, $4, 'name', $5, $5, $6)`,
        [
          String(place),
          known.snils,
          known.policy,
          known.local?.number,
          new Date(2 * place),
          refuted ? new Date(0) : null,
        ],
      )
    for (const { number, ruling, after } of rulings)
      await database.query(`INSERT INTO number_ruling VALUES ('lab-test', $1, $2, $3, 'key-1')`, [
        number,
        ruling,
        new Date(2 * after - 1),
      ])
    const { rows } = await database.query<{ one: number; two: number }>(
      `SELECT known.key_id::int AS one, other.key_id::int AS two FROM patient AS known JOIN patient AS other
         ON ${SAME_PATIENT.text} WHERE known.id <> other.id ORDER BY 1, 2`,
    )
    return rows.map(({ one, two }) => `${one}-${two}`)
  } finally {
    await database.query('ROLLBACK')
  }
}
