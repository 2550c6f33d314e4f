import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OutboxEntry, StartClaim, StartPlaces } from '../../../adapters/storage/port.ts'
import { claimStatement } from '../../../adapters/storage/starts.ts'
import type { Phase } from '../../../domain/submission/phase.ts'
import { createTestStore, LABORATORY, type TestStore } from '../../support/store.ts'
import { bringTo, draft } from './drafts.ts'

const LEASE = 30_000
const STILL = 5_000
let fixture: TestStore
beforeEach(async () => {
  fixture = await createTestStore()
  for (const id of ['lab-a', 'lab-b', 'lab-c'])
    await fixture.store.organizations.save({ ...LABORATORY, id })
})
afterEach(() => fixture.close())

const later = (ms: number) => {
  fixture.clock.now = new Date(fixture.clock.now.getTime() + ms)
}
let accepted = 0
async function accept(organizationId: string, priority?: 'routine' | 'urgent' | 'asap' | 'stat') {
  accepted += 1
  const resultId = `R-${accepted}`
  const order = priority && { order: { priority } }
  const { submission } = await fixture.store.submissions.accept(
    draft({ resultId, organizationId, ...order }),
  )
  return submission
}
async function acceptMany(organizationId: string, count: number, priority?: 'stat') {
  for (let index = 0; index < count; index += 1) await accept(organizationId, priority)
}
const claim = (places: number, held: Partial<StartPlaces> = {}): Promise<StartClaim> =>
  fixture.store.starts.claim({ places, heldUrgent: 0, heldRoutine: 0, ...held }, LEASE)
const laboratories = (entries: readonly OutboxEntry[]) =>
  entries.map(({ message }) => 'organizationId' in message && message.organizationId).toSorted()
const prioritiesOf = (entries: readonly OutboxEntry[]) =>
  entries.map(({ message }) => 'priority' in message && message.priority)
async function start(entries: readonly OutboxEntry[]) {
  for (const { id } of entries) await fixture.store.outbox.done(id)
}
/** Accepted and started, and then brought to a phase. */
async function atWork(phase: Phase, organizationId = 'lab-a') {
  const submission = await accept(organizationId)
  await start((await claim(1_000)).entries)
  await bringTo(fixture.store, submission, { phase })
  return submission
}

describe('places', () => {
  test('are given while fewer results than that are being worked on', async () => {
    await acceptMany('lab-a', 5)
    const first = await claim(2)
    expect(first).toMatchObject({ inFlight: 0, more: true })
    expect(first.entries).toHaveLength(2)
    await start(first.entries)
    expect(await claim(2)).toEqual({ entries: [], inFlight: 2, more: true })
    expect((await claim(3)).entries).toHaveLength(1)
  })

  test('are wanted by none when all have one', async () => {
    await acceptMany('lab-a', 2)
    expect(await claim(2)).toMatchObject({ more: false })
    expect(await claim(9)).toEqual({ entries: [], inFlight: 0, more: false })
  })

  test.each([
    ['checking-consent', 1],
    ['assembling', 1],
    ['signing', 1],
    ['notifying', 1],
    ['sending', 0],
    ['awaiting-consent', 0],
    ['awaiting-acknowledgement', 0],
    ['needs-attention', 0],
    ['retained', 0],
  ] as const)('a result in %s takes %i', async (phase, taken) => {
    await atWork(phase)
    expect((await claim(10)).inFlight).toBe(taken)
  })

  test('are not taken by what waits to be started, however new it is', async () => {
    await acceptMany('lab-a', 3)
    expect((await claim(1)).inFlight).toBe(0)
  })

  test('are taken by what was started a moment ago, however old it is', async () => {
    await accept('lab-a')
    later(60_000)
    await start((await claim(1)).entries)
    expect((await claim(1)).inFlight).toBe(1)
  })

  test('are given up by a result that does not move', async () => {
    await atWork('assembling')
    later(STILL - 1)
    expect((await claim(10)).inFlight).toBe(1)
    later(1)
    expect((await claim(10)).inFlight).toBe(0)
  })
})

describe('urgent results', () => {
  test('pass routine ones that wait, up to a bound of their own', async () => {
    await acceptMany('lab-a', 2)
    await start((await claim(2)).entries)
    await acceptMany('lab-a', 3)
    await acceptMany('lab-a', 3, 'stat')
    const { entries, more } = await claim(2)
    expect(prioritiesOf(entries)).toEqual([1, 1])
    expect(more).toBe(true)
    await start(entries)
    expect((await claim(2)).entries).toEqual([])
  })

  test('take two routine places each, but never the last', async () => {
    await acceptMany('lab-a', 1, 'stat')
    await start((await claim(5)).entries)
    await acceptMany('lab-a', 9)
    const beside = (await claim(5)).entries
    expect(prioritiesOf(beside)).toEqual([3, 3, 3])
    for (const { id } of beside) await fixture.store.outbox.failed(id, 'later', 60_000)
    await acceptMany('lab-a', 4, 'stat')
    await start((await claim(5)).entries.filter((entry) => prioritiesOf([entry])[0] === 1))
    later(STILL - 1)
    expect(prioritiesOf((await claim(5)).entries)).toEqual([3])
  })

  test('and routine ones that the caller holds take their places too', async () => {
    await acceptMany('lab-a', 5)
    await acceptMany('lab-a', 5, 'stat')
    const { entries } = await claim(5, { heldUrgent: 4, heldRoutine: 1 })
    expect(prioritiesOf(entries)).toEqual([1])
  })

  test.each([
    ['stat', 1],
    ['asap', 1],
    ['urgent', 1],
    ['routine', 3],
  ] as const)('%s counts as priority %i', async (stated, priority) => {
    await accept('lab-a', stated)
    const { entries } = await claim(1)
    expect(entries[0]?.message).toMatchObject({ kind: 'start-submission', priority })
  })
})

describe('sharing out', () => {
  test('one with a long queue gets no more places than one with a short one', async () => {
    await acceptMany('lab-a', 10)
    await acceptMany('lab-b', 2)
    await acceptMany('lab-c', 1)
    const { entries } = await claim(5)
    expect(laboratories(entries)).toEqual(['lab-a', 'lab-a', 'lab-b', 'lab-b', 'lab-c'])
  })

  test('the next place goes to whoever has the fewest results on their way', async () => {
    await acceptMany('lab-a', 10)
    await start((await claim(4)).entries)
    await acceptMany('lab-b', 3)
    expect(laboratories((await claim(5)).entries)).toEqual(['lab-b'])
  })

  test('within one the oldest comes first', async () => {
    const first = await accept('lab-a')
    await acceptMany('lab-a', 2)
    const { entries } = await claim(1)
    expect(entries.map(({ message }) => message.submissionId)).toEqual([first.id])
  })
})

describe('leases', () => {
  test('processes that claim at once never get the same start', async () => {
    await acceptMany('lab-a', 8)
    const claims = await Promise.all([1, 2, 3, 4].map(() => claim(4)))
    const ids = claims.flatMap(({ entries }) => entries.map(({ id }) => id))
    expect(ids.length).toBeGreaterThanOrEqual(4)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('one that runs out hands the start out again, and counts', async () => {
    await accept('lab-a')
    const [first] = (await claim(1)).entries
    expect(first?.tries).toBe(0)
    expect((await claim(1)).entries).toEqual([])
    later(LEASE)
    expect((await claim(1)).entries).toMatchObject([{ id: first?.id, tries: 1 }])
    expect(await fixture.store.starts.waiting()).toBe(1)
    await start([first as OutboxEntry])
    expect(await fixture.store.starts.waiting()).toBe(0)
  })

  test('a start that failed comes after its pause, and holds no place meanwhile', async () => {
    await acceptMany('lab-a', 2)
    const [first] = (await claim(1)).entries
    await fixture.store.outbox.failed(first?.id ?? '', 'temporal-unavailable', 1_000)
    const { entries } = await claim(1)
    expect(entries.map(({ id }) => id)).not.toContain(first?.id)
    later(1_000)
    expect((await claim(1)).entries).toMatchObject([{ id: first?.id, tries: 1 }])
  })
})

test('a claim reads neither the queue nor what is kept', async () => {
  await atWork('retained', 'lab-b')
  await accept('lab-a')
  const client = new pg.Client({ connectionString: fixture.url })
  await client.connect()
  await client.query(`
    INSERT INTO submission SELECT (copy).* FROM (
      SELECT jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'source_id', 'K-' || number)) AS copy
      FROM submission AS s, generate_series(1, 3000) AS number) AS copies`)
  await client.query(`
    INSERT INTO outbox (submission_id, message, is_start, organization_id, priority, due_at, created_at, delivered_at)
    SELECT id, '{}', true, organization_id, 3, received_at, received_at,
      CASE WHEN phase = 'retained' THEN received_at END
    FROM submission`)
  await client.query(`UPDATE submission SET updated_at = updated_at - interval '1 day'`)
  await client.query(`UPDATE outbox SET delivered_at = delivered_at - interval '1 day'`)
  await client.query('ANALYZE')
  const at = fixture.clock.now
  const { text, values } = claimStatement({ places: 8, heldUrgent: 0, heldRoutine: 0 }, at, at)
  const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values)
  await client.end()
  expect(rowsRead(rows[0]['QUERY PLAN'][0].Plan)).toBeLessThan(200)
})

interface PlanNode {
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly PlanNode[]
}
/** Rows of tables that a plan has touched. */
function rowsRead(node: PlanNode): number {
  const own = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)
  const read = node['Relation Name'] === undefined ? 0 : own * node['Actual Loops']
  return (node.Plans ?? []).reduce((sum, part) => sum + rowsRead(part), read)
}
