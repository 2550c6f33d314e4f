import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { end, heard } from './stub-workflows.ts'
import { startMessage, startTemporalRehearsal } from './temporal-rehearsal.ts'

let world: Awaited<ReturnType<typeof startTemporalRehearsal>>
beforeAll(async () => {
  world = await startTemporalRehearsal()
})
afterAll(() => world.close())

async function started(): Promise<string> {
  const id = randomUUID()
  await world.workflows.deliver(startMessage(id))
  return id
}
async function terminated(): Promise<string> {
  const id = await started()
  await world.handle(id).terminate()
  return id
}
const restartOf = (id: string, lostBefore = new Date()) => ({
  ...startMessage(id),
  firstRound: 3,
  lostBefore: lostBefore.toISOString(),
})
const retentionOf = (id: string, retainUntil: string) => {
  const { policy: _, ...start } = startMessage(id)
  const lostBefore = new Date().toISOString()
  return { ...start, kind: 'start-retention' as const, retainUntil, lostBefore }
}

describe('a start after the run was lost', () => {
  it('replaces what was terminated, under the same id, counting from a later round', async () => {
    const id = await terminated()
    const { runId } = await world.handle(id).describe()
    await world.workflows.deliver({ ...restartOf(id), heldFor: 'registry-rejected' })
    const next = await world.handle(id).describe()
    expect(next.status.name).toBe('RUNNING')
    expect(next.runId).not.toBe(runId)
    expect(await world.handle(id).query(heard)).toMatchObject([
      ['input', { firstRound: 3, heldFor: 'registry-rejected' }],
    ])
  })

  it('starts what never was', async () => {
    const id = randomUUID()
    await world.workflows.deliver(restartOf(id))
    expect(await world.runs.running([id])).toEqual(new Map([[id, 'carried']]))
  })

  it('delivered twice makes one run, even when that has ended since', async () => {
    const id = await terminated()
    const message = restartOf(id)
    await world.workflows.deliver(message)
    const { runId } = await world.handle(id).describe()
    await world.workflows.deliver(message)
    expect((await world.handle(id).describe()).runId).toBe(runId)
    await world.handle(id).signal(end)
    await world.handle(id).result()
    await world.workflows.deliver(message)
    expect(await world.handle(id).describe()).toMatchObject({
      runId,
      status: { name: 'COMPLETED' },
    })
  })

  it('leaves alone a run that is well', async () => {
    const id = await started()
    const { runId } = await world.handle(id).describe()
    await world.workflows.deliver(restartOf(id))
    expect((await world.handle(id).describe()).runId).toBe(runId)
  })

  it('ends a run that keeps what the database does not know to be registered', async () => {
    const id = randomUUID()
    await world.workflows.deliver(retentionOf(id, '2031-01-01T00:00:00.000Z'))
    const kept = await world.handle(id).describe()
    const message = restartOf(id)
    await world.workflows.deliver(message)
    await world.workflows.deliver(message)
    const next = await world.handle(id).describe()
    expect(next).toMatchObject({ type: 'submitAnalysis', status: { name: 'RUNNING' } })
    const history = world.client.workflow.getHandle(kept.workflowId, kept.runId)
    expect((await history.describe()).status.name).toBe('TERMINATED')
  })

  it('of a registered record keeps it on until the day it always had', async () => {
    const id = await terminated()
    await world.workflows.deliver(retentionOf(id, '2031-01-01T00:00:00.000Z'))
    expect(await world.handle(id).describe()).toMatchObject({
      type: 'retainSubmission',
      status: { name: 'RUNNING' },
      searchAttributes: {
        GonetsPhase: ['retained'],
        GonetsRetainUntil: [new Date('2031-01-01T00:00:00.000Z')],
      },
    })
    expect(await world.handle(id).query(heard)).toEqual([
      ['input', { submissionId: id, version: 1, retainUntil: '2031-01-01T00:00:00.000Z' }],
    ])
  })
})

describe('asking which submissions are carried', () => {
  it('tells running ones from those terminated, ended and never started', async () => {
    const [one, two, gone] = [await started(), await started(), await terminated()]
    const done = await started()
    await world.handle(done).signal(end)
    await world.handle(done).result()
    const kept = randomUUID()
    await world.workflows.deliver(retentionOf(kept, '2031-01-01T00:00:00.000Z'))
    const asked = [one, gone, randomUUID(), done, two, kept, 'no-uuid']
    const expected = [one, two].map((id) => [id, 'carried'] as const)
    expect(await world.runs.running(asked)).toEqual(new Map([...expected, [kept, 'kept']]))
    expect(await world.runs.running([])).toEqual(new Map())
  })

  it('lists what is carried, and of the kept ones those whose time is over, page by page', async () => {
    const carried = [await started(), await started(), await started()]
    const [gone, kept, over] = [await terminated(), randomUUID(), randomUUID()]
    await world.workflows.deliver(retentionOf(kept, '2031-01-01T00:00:00.000Z'))
    await world.workflows.deliver(retentionOf(over, '2021-01-01T00:00:00.000Z'))
    await expect
      .poll(async () => {
        const listed = await listAll(2)
        const mine = [...carried, gone, kept, over].filter((id) => listed.includes(id))
        return { mine, repeats: listed.length - new Set(listed).size }
      })
      .toEqual({ mine: [...carried, over], repeats: 0 })
  })
})

async function listAll(limit: number): Promise<string[]> {
  const found: string[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof world.runs.list>> = await world.runs.list({
      cursor,
      limit,
      now: new Date(),
    })
    expect(page.submissionIds.length).toBeLessThanOrEqual(limit)
    found.push(...page.submissionIds)
    cursor = page.next
  } while (cursor !== null)
  return found
}

describe('a schedule', () => {
  it('is made once, never piles up, and keeps what an operator changed', async () => {
    const schedule = {
      id: `schedule-${randomUUID()}`,
      workflow: 'countdown',
      input: { graceMs: 600_000 },
      everyMs: 900_000,
      summary: 'Сверка',
    }
    expect(await world.schedules.ensure(schedule)).toBe('created')
    const handle = world.client.schedule.getHandle(schedule.id)
    await handle.pause('обслуживание')
    expect(await world.schedules.ensure({ ...schedule, everyMs: 1_000 })).toBe('there')
    expect(await handle.describe()).toMatchObject({
      spec: { intervals: [{ every: 900_000 }] },
      policies: { overlap: 'SKIP' },
      action: { workflowType: 'countdown', args: [{ graceMs: 600_000 }] },
      state: { paused: true },
    })
    await handle.delete()
  })
})
