import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SubmissionView } from '../../../adapters/storage/port.ts'
import { createTestStore, LABORATORY, type TestStore } from '../../support/store.ts'
import { bringTo, draft, report } from './drafts.ts'

const LEASE = 30_000
const ONE_PLACE = { places: 1, heldUrgent: 0, heldRoutine: 0 }
let fixture: TestStore
beforeEach(async () => {
  fixture = await createTestStore()
})
afterEach(() => fixture.close())

const later = (ms: number) => {
  fixture.clock.now = new Date(fixture.clock.now.getTime() + ms)
}
const accept = async (resultId: string) =>
  (await fixture.store.submissions.accept(draft({ resultId }))).submission
async function correct(submission: SubmissionView, resultId: string) {
  await bringTo(fixture.store, submission, { phase: 'needs-correction' })
  await fixture.store.submissions.addCorrection({
    organizationId: LABORATORY.id,
    submissionId: submission.id,
    report: report({ resultId }),
    contentDigest: 'other',
    changedFields: [],
    actor: 'key-1',
    reason: 'опечатка',
  })
}
/** A submission that runs, with one thing to tell it. */
async function acceptWithFact(resultId: string) {
  const submission = await accept(resultId)
  for (const { id } of await fixture.store.outbox.claimFor(submission.id, LEASE))
    await fixture.store.outbox.done(id)
  await correct(submission, resultId)
  return submission
}
const kinds = (entries: { message: { kind: string } }[]) =>
  entries.map(({ message }) => message.kind)

test('processes that claim at once never get the same entry', async () => {
  await Promise.all(Array.from({ length: 12 }, (_, index) => acceptWithFact(`R-${index}`)))
  const claims = await Promise.all([1, 2, 3, 4].map(() => fixture.store.outbox.claim(5, LEASE)))
  const ids = claims.flat().map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const rest = await fixture.store.outbox.claim(100, LEASE)
  expect(ids.length + rest.length).toBe(12)
  expect(await fixture.store.outbox.claim(100, LEASE)).toEqual([])
})

test('an entry that another process is just taking is passed over, not waited for', async () => {
  const [first, second] = [await acceptWithFact('R-1'), await acceptWithFact('R-2')]
  const other = new pg.Client({ connectionString: fixture.url })
  await other.connect()
  await other.query('BEGIN')
  await other.query('SELECT 1 FROM outbox WHERE submission_id = $1 FOR UPDATE', [first.id])
  const entries = await fixture.store.outbox.claim(10, LEASE)
  expect(entries.map(({ message }) => message.submissionId)).toEqual([second.id])
  await other.end()
})

test('a lease that runs out hands the entry out again, and counts', async () => {
  await acceptWithFact('R-1')
  const [first] = await fixture.store.outbox.claim(10, LEASE)
  expect(first?.tries).toBe(0)
  later(LEASE - 1)
  expect(await fixture.store.outbox.claim(10, LEASE)).toEqual([])
  later(1)
  const [second] = await fixture.store.outbox.claim(10, LEASE)
  expect(second).toMatchObject({ id: first?.id, tries: 1 })
  await fixture.store.outbox.done(second?.id ?? '')
  later(LEASE)
  expect(await fixture.store.outbox.claim(10, LEASE)).toEqual([])
})

test('a failed entry is due again after the pause it was given', async () => {
  await acceptWithFact('R-1')
  const [entry] = await fixture.store.outbox.claim(10, LEASE)
  await fixture.store.outbox.failed(entry?.id ?? '', 'temporal-unavailable', 1_000)
  expect(await fixture.store.outbox.claim(10, LEASE)).toEqual([])
  later(1_000)
  expect(await fixture.store.outbox.claim(10, LEASE)).toHaveLength(1)
})

test('entries of one submission go together and in order, to whoever holds the first', async () => {
  const submission = await accept('R-1')
  const { id } = submission
  await correct(submission, 'R-1')
  expect(await fixture.store.outbox.claim(10, LEASE), 'a start waits for its place').toEqual([])
  const { entries: starts } = await fixture.store.starts.claim(ONE_PLACE, LEASE)
  expect(kinds(starts)).toEqual(['start-submission'])
  expect(await fixture.store.outbox.claimFor(id, LEASE), 'the start is with somebody').toEqual([])
  later(LEASE)
  const entries = await fixture.store.outbox.claimFor(id, LEASE)
  expect(kinds(entries)).toEqual(['start-submission', 'corrected'])
  await fixture.store.outbox.failed(entries[0]?.id ?? '', 'temporal-unavailable', 60_000)
  await fixture.store.outbox.failed(entries[1]?.id ?? '', 'temporal-unavailable', 1_000)
  later(1_000)
  expect(await fixture.store.outbox.claim(10, LEASE), 'a signal never overtakes').toEqual([])
  await fixture.store.outbox.done(entries[0]?.id ?? '')
  expect(kinds(await fixture.store.outbox.claim(10, LEASE))).toEqual(['corrected'])
})

test('asks for one submission leave the others alone', async () => {
  const first = await accept('R-1')
  await accept('R-2')
  const entries = await fixture.store.outbox.claimFor(first.id, LEASE)
  expect(entries.map(({ message }) => message.submissionId)).toEqual([first.id])
  expect(await fixture.store.outbox.claimFor('nonsense', LEASE)).toEqual([])
})

test('a clock that is set back by an hour holds no entry up: neither a fresh one nor a leased one', async () => {
  await accept('R-1')
  const leased = await accept('R-2')
  expect(await fixture.store.outbox.claimFor(leased.id, LEASE)).toHaveLength(1)
  later(-3_600_000)
  const places = { places: 10, heldUrgent: 0, heldRoutine: 0 }
  expect((await fixture.store.starts.claim(places, LEASE)).entries).toHaveLength(2)
  const { entries } = await fixture.store.starts.claim(places, LEASE)
  expect(entries, 'leased by the new time').toEqual([])
})
