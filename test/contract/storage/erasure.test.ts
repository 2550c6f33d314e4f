import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestStore, holding, LABORATORY, type TestStore } from '../../support/store.ts'
import { dumpOf, sha256, tracesIn } from './dump.ts'
import { answer, LATE, wholeLife, XML } from './whole-life.ts'

let fixture: TestStore
let database: pg.Client
beforeEach(async () => {
  fixture = await createTestStore()
  database = new pg.Client({ connectionString: fixture.url })
  await database.connect()
})
afterEach(async () => {
  await database.end()
  await fixture.close()
})

const DAY_MS = 86_400_000
const TERMS = { answersMs: 3 * DAY_MS, consentsMs: 1096 * DAY_MS }
const later = (days: number) => {
  fixture.clock.now = new Date(fixture.clock.now.getTime() + days * DAY_MS)
}

/** Whatever still opens. */
async function keysLeft(): Promise<string[]> {
  const dump = await dumpOf(database)
  const sealed = [...dump].flatMap(([table, text]) => (text.includes('sealed:') ? [table] : []))
  const { rows } = await database.query<{ kind: string }>(
    `SELECT kind FROM blob WHERE wrapped_key IS NOT NULL UNION ALL SELECT 'patient' FROM patient WHERE wrapped_key IS NOT NULL
     UNION ALL SELECT 'answer' FROM idempotency_key WHERE wrapped_key IS NOT NULL`,
  )
  return [...sealed, ...rows.map(({ kind }) => kind)]
}

describe('a dump of the whole database', () => {
  test('shows nothing that was sent while the record lives: no value, no text, no plain digest', async () => {
    const { id, values } = await wholeLife(fixture, database)
    const tables = await dumpOf(database)
    expect(tables.get('submission'), 'the dump sees what is plain').toContain(id)
    expect(tracesIn(tables, values)).toEqual([])
  })

  test('shows nothing after the destruction of the only record, and nothing in it opens', async () => {
    const { id, documentId, values } = await wholeLife(fixture, database)
    // As an older release wrote it.
    await database.query(
      `UPDATE event SET details = jsonb_build_object('digest', $1::text) WHERE type = 'document.assembled'`,
      [sha256(XML)],
    )
    await fixture.store.retention.releaseHold(holding(id))
    await fixture.store.retention.erase(id)
    await fixture.store.retention.tidy(TERMS)
    later(1)
    await fixture.store.acknowledgements.receive(answer(documentId, 'M-2', LATE))
    later(2000)
    expect(await fixture.store.retention.tidy(TERMS)).toMatchObject({
      answers: 1,
      consents: 1,
      late: 1,
    })
    expect(tracesIn(await dumpOf(database), values)).toEqual([])
    expect(await keysLeft()).toEqual([])
    const view = await fixture.store.submissions.find(LABORATORY.id, id)
    expect(view?.issues).toMatchObject([{ code: 'E1', detail: 'Текст уничтожен вместе с записью' }])
    expect((await fixture.store.retention.erase(id)).erased, 'repeated').toBe(8)
    expect(await fixture.store.retention.tidy(TERMS)).toEqual({
      answers: 0,
      consents: 0,
      late: 0,
      brought: 0,
    })
  })

  test('keeps the identity of an earlier version’s patient no longer than the record', async () => {
    const { id } = await wholeLife(fixture, database)
    const kept = () => database.query('SELECT id FROM patient WHERE wrapped_key IS NOT NULL')
    expect((await kept()).rows).toHaveLength(3)
    await fixture.store.retention.releaseHold(holding(id))
    await fixture.store.retention.erase(id)
    expect((await kept()).rows, 'the consent keeps its own').toHaveLength(1)
  })
})
