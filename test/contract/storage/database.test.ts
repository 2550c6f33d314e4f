import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, type Database } from '../../../adapters/storage/database.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createTestStore, LABORATORY } from '../../support/store.ts'
import { ANNA, draft } from './drafts.ts'

let place: TestDatabase
let database: Database
let administrator: pg.Client
beforeAll(async () => {
  place = await createTestDatabase()
  database = createDatabase({ connectionString: place.url, poolSize: 2 })
  administrator = new pg.Client({ connectionString: place.url })
  await administrator.connect()
  await administrator.query('CREATE TABLE note (text text)')
})
afterAll(async () => {
  await administrator.end()
  await database.close()
  await place.drop()
})

const notes = async () => (await administrator.query('SELECT text FROM note')).rows
const UNAVAILABLE = { code: 'storage-unavailable', class: 'transient' }

test.each(['transact', 'write'] as const)(
  'a transaction that fails leaves nothing, and its connection to the next one: %s',
  async (way) => {
    const failing = database[way](async (tx) => {
      await tx.$executeRaw`INSERT INTO note VALUES ('half done')`
      throw new Error('on purpose')
    })
    await expect(failing).rejects.toThrow('on purpose')
    await database[way]((tx) => tx.$executeRaw`INSERT INTO note VALUES (${way})`)
    expect((await notes()).at(-1)).toEqual({ text: way })
    expect(await notes()).not.toContainEqual({ text: 'half done' })
  },
)

test('a connection that breaks between two statements fails that transaction alone', async () => {
  const broken = database.transact(async (tx) => {
    const [row] = await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`
    await administrator.query('SELECT pg_terminate_backend($1)', [row?.pid])
    await pause(50)
    return tx.$queryRaw`SELECT 1 AS one`
  })
  await expect(broken).rejects.toMatchObject(UNAVAILABLE)
  await database.transact((tx) => tx.$queryRaw`SELECT 1 AS one`)
})

test('a statement that waits too long is given up as unavailable', async () => {
  const slow = database.transact(async (tx) => {
    await tx.$executeRaw`SET LOCAL statement_timeout = 20`
    return tx.$queryRaw`SELECT pg_sleep(5)::text AS slept`
  })
  await expect(slow).rejects.toMatchObject(UNAVAILABLE)
})

test.each(['read', 'writeOne', 'transact', 'write'] as const)(
  'no statement may take longer than half a minute: %s',
  async (way) => {
    const rows = await database[way](
      (db) => db.$queryRaw<unknown[]>`SELECT current_setting('statement_timeout') AS longest`,
    )
    expect(rows).toEqual([{ longest: '30s' }])
  },
)

test('values come back as they went in', async () => {
  const sent = {
    at: new Date('2026-03-01T09:00:00.123Z'),
    bytes: Buffer.from([0, 255, 1]),
    large: 9_007_199_254_740_993n,
    list: ['a,b', '"', 'я'],
    json: { list: [1, null], text: 'я' },
  }
  const rows = await database.read(
    (db) => db.$queryRaw<unknown[]>`
      SELECT ${sent.at}::timestamptz AS at, ${sent.bytes}::bytea AS bytes, ${sent.large}::int8 AS large,
        ${sent.list}::text[] AS list, ${JSON.stringify(sent.json)}::jsonb AS json, ${undefined}::text AS nothing`,
  )
  expect(rows).toEqual([{ ...sent, nothing: null }])
})

test('times are right on a server of another time zone, however they are written', async () => {
  const fixture = await createTestStore()
  const server = new pg.Client({ connectionString: fixture.url })
  await server.connect()
  try {
    await server.query(
      `ALTER DATABASE "${new URL(fixture.url).pathname.slice(1)}" SET timezone = 'Europe/Moscow'`,
    )
    // Connections of before keep the zone they were opened in.
    await server.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    )
    await expect.poll(() => fixture.store.ping().then(() => 'up')).toBe('up')
    const { submission } = await fixture.store.submissions.accept(draft())
    const givenAt = new Date('2026-02-01T00:00:00Z')
    const { consent } = await fixture.store.consentRegister.register({
      ...{ organizationId: LABORATORY.id, number: 'C-zone', givenAt, scope: 'full', analyses: [] },
      ...{ confirmationMethod: 'paper', validUntil: null, patient: ANNA, actor: 'test' },
    })
    const { rows } = await server.query(
      'SELECT received_at, given_at FROM submission CROSS JOIN consent WHERE submission.id = $1',
      [submission.id],
    )
    expect(rows).toEqual([{ received_at: fixture.clock.now, given_at: givenAt }])
    const known = await fixture.store.consentRegister.get(LABORATORY.id, consent.id)
    expect(known?.givenAt).toEqual(givenAt)
    const view = await fixture.store.submissions.find(LABORATORY.id, submission.id)
    expect(view?.receivedAt).toEqual(fixture.clock.now)
  } finally {
    await server.end()
    await fixture.close()
  }
})
