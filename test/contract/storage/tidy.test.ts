import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestStore, holding, type TestStore } from '../../support/store.ts'
import { wholeLife } from './whole-life.ts'

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
describe('terms', () => {
  test('answers kept for Idempotency-Keys go after theirs, not before', async () => {
    const { begin, finish } = fixture.store.idempotencyKeys
    const input = { scope: 'lab', key: 'k', requestDigest: 'digest' }
    await begin(input)
    await finish({ scope: 'lab', key: 'k', statusCode: 201, headers: {}, body: '{}' })
    later(2)
    expect((await fixture.store.retention.tidy(TERMS)).answers).toBe(0)
    expect(await begin(input)).toMatchObject({ kind: 'replay', statusCode: 201 })
    later(2)
    expect((await fixture.store.retention.tidy(TERMS)).answers).toBe(1)
    expect(await begin(input)).toEqual({ kind: 'fresh' })
  })

  test('a consent goes when it has ended long ago and no record rests on it', async () => {
    const { id, consentId } = await wholeLife(fixture, database)
    const isKept = async () => (await fixture.store.consentLookup.byId(consentId)) !== undefined
    later(2000)
    await fixture.store.retention.tidy(TERMS)
    expect(await isKept(), 'a record rests on it').toBe(true)
    await fixture.store.retention.releaseHold(holding(id))
    await fixture.store.retention.erase(id)
    await fixture.store.retention.tidy(TERMS)
    expect(await isKept()).toBe(false)
  })

  test('a consent in force stays, however old', async () => {
    await wholeLife(fixture, database)
    await database.query('UPDATE consent SET withdrawn_at = NULL')
    await database.query('DELETE FROM submission_consent')
    await database.query('UPDATE submission SET consent_id = NULL')
    later(9000)
    expect((await fixture.store.retention.tidy(TERMS)).consents).toBe(0)
    await database.query("UPDATE consent SET valid_until = '2030-01-01'")
    expect((await fixture.store.retention.tidy(TERMS)).consents).toBe(1)
  })
})
