import { MockActivityEnvironment } from '@temporalio/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BEAT_EVERY_MS, beating } from '../../../activities/beating.ts'

const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} }

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A step that a test ends, with the beats that reached Temporal. */
function longStep() {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const environment = new MockActivityEnvironment({}, { logger: SILENT })
  let beats = 0
  environment.on('heartbeat', () => {
    beats += 1
  })
  const outcome = environment.run(beating(() => promise))
  return { environment, outcome, resolve, reject, beats: () => beats }
}

describe('a step', () => {
  it('that is short never beats', async () => {
    const step = longStep()
    await vi.advanceTimersByTimeAsync(BEAT_EVERY_MS - 1)
    step.resolve('done')
    expect(await step.outcome).toBe('done')
    await vi.advanceTimersByTimeAsync(10 * BEAT_EVERY_MS)
    expect(step.beats()).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('that is long beats every second while it lasts', async () => {
    const step = longStep()
    await vi.advanceTimersByTimeAsync(5 * BEAT_EVERY_MS)
    expect(step.beats()).toBe(5)
    step.resolve('done')
    await step.outcome
    await vi.advanceTimersByTimeAsync(5 * BEAT_EVERY_MS)
    expect(step.beats()).toBe(5)
  })

  it('that fails stops beating and fails as it would have', async () => {
    const step = longStep()
    const failed = expect(step.outcome).rejects.toThrow('away')
    step.reject(new Error('away'))
    await failed
    expect(vi.getTimerCount()).toBe(0)
  })

  it('that is told of a cancellation goes on to its end', async () => {
    const step = longStep()
    await vi.advanceTimersByTimeAsync(BEAT_EVERY_MS)
    step.environment.cancel()
    await vi.advanceTimersByTimeAsync(BEAT_EVERY_MS)
    expect(step.beats()).toBe(2)
    step.resolve('taken')
    expect(await step.outcome).toBe('taken')
  })
})
