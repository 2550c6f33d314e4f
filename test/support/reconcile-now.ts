import { expect } from 'vitest'
import type { Reconciled } from '../../domain/submission/messages.ts'
import { RECONCILE_SCHEDULE_ID } from '../../workflows/names.ts'
import type { TemporalOfStack } from './stack-temporal.ts'

/** The schedule as the worker made it, but for the grace time, runs now. */
export async function reconcileNow({ client }: TemporalOfStack): Promise<Reconciled> {
  const schedule = client.schedule.getHandle(RECONCILE_SCHEDULE_ID)
  await expect.poll(() => schedule.describe(), { timeout: 30_000 }).toBeDefined()
  await schedule.update(({ action, ...rest }) => ({
    ...rest,
    action: { ...action, args: [{ graceMs: 0, pageSize: 2 }] },
  }))
  const before = (await schedule.describe()).info.recentActions.length
  await schedule.trigger()
  const lastAction = async () => (await schedule.describe()).info.recentActions
  await expect
    .poll(async () => (await lastAction()).length, { timeout: 30_000 })
    .toBeGreaterThan(before)
  const { workflowId = '' } = (await lastAction()).at(-1)?.action.workflow ?? {}
  return (await client.workflow.getHandle(workflowId).result()) as Reconciled
}
