import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Carriage } from '../../adapters/temporal/port.ts'
import { AppError } from '../../domain/shared/app-error.ts'
import { useActivityWorlds, type World } from '../support/activity-world.ts'

const open = useActivityWorlds()

/** Accepted, told to Temporal, and quiet for an hour. The database is shared by the worlds of this file. */
async function quiet(world: World, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < count; index += 1) {
    const id = await world.accept()
    for (const entry of await world.store.outbox.claimFor(id, 1))
      await world.store.outbox.done(entry.id)
    ids.push(id)
  }
  world.clock.now = new Date(world.clock.now.getTime() + 3_600_000)
  return ids.toSorted()
}
const look = (world: World, limit = 100, after: string | null = null) =>
  world.run('reconcileSubmissions', { olderThan: world.clock.now.toISOString(), after, limit })
const all = (ids: readonly string[], carriage: Carriage = 'carried') =>
  new Map(ids.map((id) => [id, carriage]))
const restarts = async (world: World, id: string) =>
  (await world.events(id)).filter((type) => type === 'submission.restarted').length

describe('reconcileSubmissions', () => {
  it('restarts those that no run carries, and nothing else', async () => {
    const world = await open()
    const [lost = '', carried = ''] = await quiet(world, 2)
    world.runs.running.mockImplementation(async (ids) => all(ids.filter((id) => id !== lost)))
    expect(await look(world)).toMatchObject({ restarted: 1, held: 0, next: null })
    expect(await restarts(world, lost)).toBe(1)
    expect(await restarts(world, carried)).toBe(0)
    // Repeated by Temporal: what was restarted is on its way.
    expect(await look(world)).toMatchObject({ restarted: 0 })
    expect(await restarts(world, lost)).toBe(1)
  })

  it('restarts what Temporal keeps as registered and an older copy of the database does not know of', async () => {
    const world = await open()
    const [behind = '', registered = ''] = await quiet(world, 2)
    const key = { submissionId: registered, version: 1, step: 'record-answer', round: 1 } as const
    await world.store.journal.commit({
      key,
      outcome: null,
      patch: { phase: 'notifying' },
      events: [],
    })
    world.clock.now = new Date(world.clock.now.getTime() + 3_600_000)
    world.runs.running.mockImplementation(async (ids) => all(ids, 'kept'))
    await look(world)
    expect(await restarts(world, behind)).toBe(1)
    expect(await restarts(world, registered)).toBe(0)
  })

  it('lets go what has outlived its term', async () => {
    const world = await open()
    const { begin, finish } = world.store.idempotencyKeys
    const answer = { scope: 'lab', key: randomUUID(), requestDigest: 'digest' }
    await begin(answer)
    await finish({ ...answer, statusCode: 201, headers: {}, body: '{}' })
    await look(world)
    expect(await begin(answer)).toMatchObject({ kind: 'replay' })
    world.clock.now = new Date(world.clock.now.getTime() + 4 * 86_400_000)
    await look(world, 1, randomUUID())
    expect((await begin(answer)).kind, 'once a look, with its first page').toBe('replay')
    await look(world)
    expect(await begin(answer)).toEqual({ kind: 'fresh' })
  })

  it('goes page by page', async () => {
    const world = await open()
    const ids = await quiet(world, 3)
    const seen: string[] = []
    world.runs.running.mockImplementation(async (asked) => {
      seen.push(...asked)
      return all(asked)
    })
    let next: string | null = null
    do {
      next = (await look(world, 2, next)).next
    } while (next !== null)
    expect(seen.filter((id) => ids.includes(id))).toEqual(ids)
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('restarts nothing while Temporal cannot be asked', async () => {
    const world = await open()
    const [id = ''] = await quiet(world, 1)
    world.runs.running.mockRejectedValue(new AppError('temporal-unavailable', 'transient'))
    const input = { olderThan: world.clock.now.toISOString(), after: null, limit: 100 }
    expect(await world.failure('reconcileSubmissions', input)).toMatchObject({
      type: 'temporal-unavailable',
      nonRetryable: false,
    })
    expect(await restarts(world, id)).toBe(0)
  })
})

it('reconcileRuns names the runs whose submission is not there', async () => {
  const world = await open()
  const id = await world.accept()
  const stray = randomUUID()
  world.runs.list.mockResolvedValue({ submissionIds: [id, stray], next: 'page-2' })
  const input = { dueBefore: '2026-03-01T00:00:00.000Z', cursor: 'page-1', limit: 10 }
  expect(await world.run('reconcileRuns', input)).toEqual({
    looked: 2,
    strays: [stray],
    next: 'page-2',
  })
  expect(world.runs.list).toHaveBeenCalledWith({
    cursor: 'page-1',
    limit: 10,
    now: new Date(input.dueBefore),
  })
})
