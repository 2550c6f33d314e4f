import { describe, expect, it } from 'vitest'
import type { Progress } from '../../domain/submission/messages.ts'
import { submissionWorkflowId } from '../../workflows/names.ts'
import { DAY } from '../support/sample-policy.ts'
import { failing, inTurn } from '../support/scripted-steps.ts'
import type { World } from '../support/workflow-world.ts'
import { worlds } from '../support/worlds.ts'

const newWorld = worlds()
const FIVE_YEARS = 1827 * DAY

/** Retention on its own, as it begins after the submission. */
async function retain(world: World, keepMs = FIVE_YEARS) {
  const until = (await world.now()) + keepMs
  const handle = await world.start('retainSubmission', submissionWorkflowId(world.submissionId), {
    submissionId: world.submissionId,
    version: 3,
    retainUntil: new Date(until).toISOString(),
  })
  return { handle, until }
}
const destroyedAt = (world: World) =>
  world.calls.find(({ step }) => step === 'destroyRecord')?.at ?? Number.NaN

describe('keeping a record', () => {
  it('seals it at once, and destroys it when its time has come', async () => {
    const world = newWorld()
    const { handle, until } = await retain(world)
    await handle.result()
    expect(world.steps()).toEqual(['sealRecord', 'destroyRecord'])
    expect(world.inputs('sealRecord')).toMatchObject([
      { key: { submissionId: world.submissionId, version: 3, step: 'seal', round: 1 } },
    ])
    expect(destroyedAt(world)).toBeGreaterThanOrEqual(until)
    expect(destroyedAt(world) - until).toBeLessThan(DAY)
  })

  it('says what it waits for, and what it has done', async () => {
    const world = newWorld()
    const { handle, until } = await retain(world)
    await world.reaches('retained')
    const waiting: Progress = {
      phase: 'retained',
      version: 3,
      lastVerdict: 'accepted',
      waitingFor: 'окончание срока хранения',
      waitingUntil: new Date(until).toISOString(),
      reason: undefined,
    }
    expect(await world.progress()).toEqual(JSON.parse(JSON.stringify(waiting)))
    await handle.result()
    expect(await world.progress()).toMatchObject({ phase: 'destroyed' })
  })

  it('cannot be cancelled', async () => {
    const world = newWorld()
    const { handle, until } = await retain(world)
    await world.reaches('retained')
    await handle.cancel()
    await handle.result()
    expect(destroyedAt(world)).toBeGreaterThanOrEqual(until)
  })

  it('tries daily what failed for good, and shows that it needs a person', async () => {
    const world = newWorld({
      sealRecord: inTurn<{ onHold: boolean }>(
        failing('content-unreadable', 'permanent'),
        failing('content-unreadable', 'permanent'),
        { onHold: false },
      ),
      destroyRecord: inTurn<void>(failing('submission-not-found', 'permanent'), undefined),
    })
    const { handle } = await retain(world)
    await handle.result()
    expect(world.steps()).toEqual([
      'sealRecord',
      'sealRecord',
      'sealRecord',
      'destroyRecord',
      'destroyRecord',
    ])
    const [first, second] = world.calls
    expect(Math.round(((second?.at ?? 0) - (first?.at ?? 0)) / DAY)).toBe(1)
    const { events } = await handle.fetchHistory()
    const attention = (events ?? []).flatMap(
      ({ upsertWorkflowSearchAttributesEventAttributes: upsert }) => {
        const data = upsert?.searchAttributes?.indexedFields?.GonetsNeedsAttention?.data
        return data ? [Buffer.from(data).toString()] : []
      },
    )
    expect(attention).toEqual(['true', 'false', 'true', 'false'])
  })
})

describe('a legal hold', () => {
  it('keeps the record past its time, until it is released', async () => {
    const world = newWorld()
    const { handle, until } = await retain(world)
    await handle.signal('placeHold')
    await world.passes(FIVE_YEARS + 30 * DAY)
    expect(world.steps()).toEqual(['sealRecord'])
    expect(await world.progress()).toMatchObject({ waitingFor: 'снятие удержания' })
    expect(await world.details()).toContain('уничтожение приостановлено')
    await handle.signal('releaseHold')
    await handle.result()
    expect(destroyedAt(world)).toBeGreaterThanOrEqual(until + 29 * DAY)
  })

  it('released before the time changes nothing', async () => {
    const world = newWorld()
    const { handle, until } = await retain(world)
    await handle.signal('placeHold')
    await world.reaches('retained')
    await handle.signal('releaseHold')
    await handle.result()
    expect(destroyedAt(world)).toBeGreaterThanOrEqual(until)
    expect(destroyedAt(world) - until).toBeLessThan(DAY)
  })

  it('from before retention stands in the record', async () => {
    const world = newWorld({ sealRecord: inTurn({ onHold: true }) })
    const { handle } = await retain(world, DAY)
    await world.passes(30 * DAY)
    expect(world.steps()).toEqual(['sealRecord'])
    await handle.signal('releaseHold')
    await handle.result()
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('released while the record is being sealed is released', async () => {
    const world = newWorld({
      sealRecord: async (_, run) => {
        await run.handle().signal('releaseHold')
        return { onHold: true }
      },
    })
    const { handle } = await retain(world, DAY)
    await handle.result()
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('found in the database at the last moment stops the destruction', async () => {
    const world = newWorld({
      destroyRecord: inTurn<void>(failing('legal-hold', 'permanent'), undefined),
    })
    const { handle } = await retain(world, DAY)
    await world.passes(30 * DAY)
    expect(world.count('destroyRecord')).toBe(1)
    expect(await world.progress()).toMatchObject({
      phase: 'retained',
      waitingFor: 'снятие удержания',
    })
    await handle.signal('releaseHold')
    await handle.result()
    expect(world.count('destroyRecord')).toBe(2)
  })

  it('placed and released during the destruction does not hold it for ever', async () => {
    const world = newWorld({
      destroyRecord: async (_, run) => {
        if (run.count('destroyRecord') > 1) return
        await run.handle().signal('placeHold')
        await run.handle().signal('releaseHold')
        throw failing('legal-hold', 'permanent')
      },
    })
    const { handle } = await retain(world, DAY)
    await handle.result()
    expect(world.count('destroyRecord')).toBe(2)
  })
})
