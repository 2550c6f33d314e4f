import { pino } from 'pino'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { OutboxEntry, StartPlaces } from '../../adapters/storage/port.ts'
import { createMetrics } from '../../api/plugins/metrics.ts'
import { createStartAdmission } from '../../api/start-admission.ts'
import { Priority } from '../../domain/submission/priority.ts'
import { POLICY } from '../support/activity-data.ts'

const { urgent, routine } = Priority

/** A queue like the store's, of one laboratory; `working` is what the database would count. */
function memoryStarts(priorities: readonly Priority[]) {
  let queue = priorities.map((priority, index) => toEntry(priority, index))
  const working: Priority[] = []
  const asked: StartPlaces[] = []
  return {
    working,
    asked,
    waiting: async () => queue.length,
    async claim(places: StartPlaces) {
      asked.push(places)
      const { heldUrgent, heldRoutine } = places
      const busy = working.filter((each) => each === urgent).length + heldUrgent
      const free = {
        [urgent]: places.places - busy,
        [routine]: places.places - working.length - heldUrgent - heldRoutine,
      }
      const entries = queue.filter((entry) => free[priorityOf(entry)]-- > 0)
      queue = queue.filter((entry) => !entries.includes(entry))
      return { entries, inFlight: working.length, more: queue.length > 0 }
    },
  }
}
function toEntry(priority: Priority, index: number): OutboxEntry {
  const message = {
    ...({ kind: 'start-submission', submissionId: `s${index}`, version: 1, priority } as const),
    ...{ organizationId: 'lab-1', registry: 'portal', analysisCode: 'CBC', policy: POLICY },
  }
  return { id: String(index), message, tries: 0 }
}
const priorityOf = ({ message }: OutboxEntry) =>
  ('priority' in message && message.priority) || routine

let open: ReturnType<typeof createStartAdmission> | undefined
afterEach(() => {
  open?.stop()
  vi.useRealTimers()
})

function setUp(priorities: readonly Priority[], { places = 2, backlogMs = 60_000 } = {}) {
  const starts = memoryStarts(priorities)
  const delivered: string[] = []
  const world = { fail: false, gate: Promise.resolve() }
  const admission = createStartAdmission({
    ...{ starts, places, backlogMs, metrics: createMetrics() },
    logger: pino({ level: 'silent' }),
    async deliver(entries) {
      await world.gate
      if (world.fail) return false
      for (const entry of entries) {
        delivered.push(entry.id)
        starts.working.push(priorityOf(entry))
      }
      return true
    },
  })
  open = admission
  return { starts, delivered, world, admission }
}

describe('admission of starts', () => {
  it('starts as many as there are places and leaves the rest where it is', async () => {
    const { admission, starts, delivered } = setUp(Array.from({ length: 5 }, () => routine))
    admission.admit(routine)
    await admission.idle()
    expect(delivered).toEqual(['0', '1'])
    expect(await starts.waiting()).toBe(3)
  })

  it('counts what it holds and has not delivered yet', async () => {
    const { admission, starts, world } = setUp([routine, urgent, routine])
    const gate = Promise.withResolvers<void>()
    world.gate = gate.promise
    await admission.look()
    await admission.look()
    expect(starts.asked).toEqual([
      { places: 2, heldUrgent: 0, heldRoutine: 0 },
      { places: 2, heldUrgent: 1, heldRoutine: 2 },
    ])
    gate.resolve()
    await admission.idle()
  })

  it('lets an urgent one pass those that wait', async () => {
    const { admission, starts, delivered } = setUp([routine, routine, routine, urgent, urgent])
    starts.working.push(routine, routine)
    admission.admit(urgent)
    await admission.idle()
    expect(delivered).toEqual(['3', '4'])
  })

  it('holds back a flood of urgent ones too', async () => {
    const { admission, delivered } = setUp(Array.from({ length: 9 }, () => urgent))
    admission.admit(urgent)
    await admission.idle()
    expect(delivered).toEqual(['0', '1'])
  })

  it('looks for places by itself while starts wait, until none does', async () => {
    vi.useFakeTimers()
    const { admission, starts, delivered } = setUp(
      Array.from({ length: 5 }, () => routine),
      { backlogMs: 100 },
    )
    admission.admit(routine)
    await admission.idle()
    for (const expected of [4, 5]) {
      starts.working.length = 0
      await vi.advanceTimersByTimeAsync(100)
      expect(delivered).toHaveLength(expected)
    }
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not ask for each routine start that joins a queue', async () => {
    const { admission, starts } = setUp(Array.from({ length: 5 }, () => routine))
    admission.admit(routine)
    await admission.idle()
    const asked = starts.asked.length
    for (let more = 0; more < 100; more += 1) admission.admit(routine)
    await admission.idle()
    expect(starts.asked).toHaveLength(asked)
  })

  it('asks once more for all that came while it asked', async () => {
    const { admission, starts } = setUp([])
    for (let more = 0; more < 100; more += 1) admission.admit(routine)
    await admission.idle()
    expect(starts.asked).toHaveLength(2)
  })

  it('leaves it to the sweep while Temporal refuses, and goes on when it does not', async () => {
    vi.useFakeTimers()
    const { admission, world, delivered, starts } = setUp(
      Array.from({ length: 6 }, () => routine),
      { backlogMs: 100 },
    )
    world.fail = true
    await admission.look()
    await admission.idle()
    await admission.look()
    await admission.idle()
    const asked = starts.asked.length
    await vi.advanceTimersByTimeAsync(1_000)
    admission.admit(routine)
    expect(starts.asked.length - asked).toBeLessThanOrEqual(1)
    world.fail = false
    await admission.look()
    await admission.idle()
    expect(delivered.length).toBeGreaterThan(0)
  })

  it('survives a database that cannot be asked', async () => {
    const { admission, starts, delivered } = setUp([routine])
    const { claim } = starts
    Object.assign(starts, { claim: () => Promise.reject(new Error('down')) })
    admission.admit(routine)
    await admission.idle()
    Object.assign(starts, { claim })
    admission.admit(routine)
    await admission.idle()
    expect(delivered).toEqual(['0'])
  })

  it('takes no more when stopped', async () => {
    const { admission, starts } = setUp([routine])
    admission.stop()
    admission.admit(routine)
    await admission.idle()
    expect(starts.asked).toEqual([])
  })
})
