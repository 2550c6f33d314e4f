import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Patient } from '../../../domain/report/report.ts'
import { createTestStore, LABORATORY, type TestStore } from '../../support/store.ts'
import { ANNA, draft } from './drafts.ts'

let fixture: TestStore
/** Asks and waits; what it asks outside a transaction is not older than the question. */
let observer: pg.Client
/** Holds a lock for as long as a test wants. */
let holder: pg.Client
let number = 0
beforeAll(async () => {
  fixture = await createTestStore()
  observer = new pg.Client({ connectionString: fixture.url })
  holder = new pg.Client({ connectionString: fixture.url })
  await Promise.all([observer.connect(), holder.connect()])
  await observer.query(`
    CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NULL; END $$;
    CREATE TRIGGER "A stop" AFTER INSERT ON submission FOR EACH ROW EXECUTE FUNCTION stop()`)
})
afterAll(async () => {
  await Promise.all([observer.end(), holder.end()])
  await fixture.close()
})

const nextId = () => `race-${++number}`
const person = (): Patient => ({ ...ANNA, snils: `3344556${String(++number).padStart(4, '0')}` })
const accept = async (...changes: Parameters<typeof draft>) =>
  fixture.store.submissions.accept(draft(...changes))
/** How many wait for somebody else's lock. */
async function waiting(): Promise<number> {
  const { rows } = await observer.query(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  )
  return rows.length
}

/** New submissions stop when all is written, by name before PostgreSQL itself looks whether their patient is there. */
const stopWritten = () => holder.query('SELECT pg_advisory_lock(1)')
const letGo = () => holder.query('SELECT pg_advisory_unlock(1)')

test('two versions of a new result at once are one set, the second in the place of the first', async () => {
  const resultId = nextId()
  await stopWritten()
  const first = accept({ resultId })
  await expect.poll(waiting).toBe(1)
  const second = accept({ resultId, version: 2, value: '9.1' })
  await expect.poll(waiting).toBe(2)
  await letGo()
  const [older, newer] = [await first, await second]
  expect([older.kind, newer.kind]).toEqual(['created', 'created'])
  expect(newer.submission.replaces).toBe(older.submission.id)
  expect(newer.submission.setId).toBe(older.submission.setId)
})

describe('destruction of a record', () => {
  async function isIdentityKept(submissionId: string): Promise<boolean> {
    const { rows } = await observer.query(
      `SELECT p.wrapped_key IS NOT NULL AND p.snils_index IS NOT NULL AS kept
       FROM submission s JOIN patient p ON p.id = s.patient_id WHERE s.id = $1`,
      [submissionId],
    )
    return rows[0].kept
  }

  test('waits for a result of the same patient that is being accepted, and spares the patient', async () => {
    const patient = person()
    const first = await accept({ resultId: nextId(), patient })
    await stopWritten()
    const second = accept({ resultId: nextId(), patient })
    await expect.poll(waiting).toBe(1)
    const erased = fixture.store.retention.erase(first.submission.id)
    await expect.poll(waiting).toBe(2)
    await letGo()
    await erased
    expect(await isIdentityKept((await second).submission.id)).toBe(true)
  })

  test('under way is waited for by a result of the same patient, which brings the identity again', async () => {
    const patient = person()
    const first = await accept({ resultId: nextId(), patient })
    await holder.query('BEGIN')
    // As retention.ts does it.
    const { rows } = await holder.query(
      'SELECT id FROM patient WHERE id = (SELECT patient_id FROM submission WHERE id = $1) FOR UPDATE',
      [first.submission.id],
    )
    await holder.query(
      'UPDATE patient SET wrapped_key = NULL, name_index = NULL, snils_index = NULL WHERE id = $1',
      [rows[0].id],
    )
    const second = accept({ resultId: nextId(), patient })
    await expect.poll(waiting).toBe(1)
    await holder.query('COMMIT')
    expect(await isIdentityKept((await second).submission.id)).toBe(true)
  })
})

test('copies of an answer that wait for a step are one answer, numbered after what the step wrote', async () => {
  const { id, documentId } = (await accept({ resultId: nextId() })).submission
  await holder.query('BEGIN')
  await holder.query('UPDATE submission SET event_seq = event_seq + 1 WHERE id = $1', [id])
  await holder.query(
    `INSERT INTO event SELECT submission_id, 2, at, version, 'step', text, actor, details
     FROM event WHERE submission_id = $1`,
    [id],
  )
  const receive = () =>
    fixture.store.acknowledgements.receive({
      organizationId: LABORATORY.id,
      answer: {
        ...{ messageId: 'M-1', documentId, verdict: 'accepted', registryId: 'R-1', issues: [] },
        answeredAt: fixture.clock.now,
      },
      raw: Buffer.from('{}'),
      mediaType: 'application/json',
      via: 'callback',
    })
  const received = Promise.all([receive(), receive()])
  await expect.poll(waiting).toBe(2)
  await holder.query('COMMIT')
  const results = await received
  expect(results.map(({ kind }) => kind).sort()).toEqual(['repeated', 'stored'])
  expect({ ...results[0], kind: '' }).toEqual({ ...results[1], kind: '' })
  const { outbox, submissions } = fixture.store
  const events = await submissions.events(LABORATORY.id, id, 0)
  expect(events.map(({ seq, type }) => [seq, type])).toEqual([
    [1, 'submission.accepted'],
    [2, 'step'],
    [3, 'registry.answer-received'],
  ])
  expect((await submissions.find(LABORATORY.id, id))?.answers).toHaveLength(1)
  expect(await outbox.claimFor(id, 0), 'the start and one answer').toHaveLength(2)
})
