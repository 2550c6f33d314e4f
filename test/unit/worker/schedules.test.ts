import { expect, it, vi } from 'vitest'
import type { Schedules } from '../../../adapters/temporal/port.ts'
import { AppError } from '../../../domain/shared/app-error.ts'
import { arrangeSchedules } from '../../../worker/schedules.ts'

function rehearsal(ensure: Schedules['ensure']) {
  const stopping = new AbortController()
  const logger = { info: vi.fn(), warn: vi.fn() }
  const pauses: number[] = []
  const arranged = (stopAfter = 100) =>
    arrangeSchedules({
      schedules: { ensure },
      logger,
      signal: stopping.signal,
      pause: async (ms) => {
        pauses.push(ms)
        if (pauses.length === stopAfter) stopping.abort()
      },
    })
  return { arranged, logger, pauses }
}
const away = new AppError('temporal-unavailable', 'transient')

it('reconciliation runs every quarter of an hour and leaves the last ten minutes alone', async () => {
  const ensure = vi.fn<Schedules['ensure']>(async () => 'created')
  const { arranged, pauses } = rehearsal(ensure)
  await arranged()
  expect(ensure).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({
      id: 'gonets-reconcile',
      workflow: 'reconcile',
      everyMs: 900_000,
      input: { graceMs: 600_000, pageSize: 200 },
    }),
  )
  expect(pauses).toEqual([])
})

it('a schedule is tried again until Temporal answers, ever more patiently', async () => {
  const ensure = vi.fn<Schedules['ensure']>(async () => 'there')
  for (let failures = 0; failures < 8; failures += 1) ensure.mockRejectedValueOnce(away)
  const { arranged, logger, pauses } = rehearsal(ensure)
  await arranged()
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1_000))
  expect(logger.warn).toHaveBeenCalledTimes(8)
  expect(logger.info).toHaveBeenCalledOnce()
})

it('a worker that stops does not wait for Temporal', async () => {
  const ensure = vi.fn<Schedules['ensure']>().mockRejectedValue(away)
  const { arranged } = rehearsal(ensure)
  await expect(arranged(3)).resolves.toBeUndefined()
  expect(ensure).toHaveBeenCalledTimes(3)
})
