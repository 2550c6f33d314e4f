import proto from '@temporalio/proto'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { submissionWorkflowId } from '../../workflows/names.ts'
import { msOf, stepsHeldBy, wentOn } from '../support/held-steps.ts'
import { json, Laboratory, sampleReport } from '../support/laboratory.ts'
import { type StackHandle, startStack } from '../support/stack.ts'
import { openTemporal, type TemporalOfStack } from '../support/stack-temporal.ts'

/**
 * Five seconds on a machine of its own (bench/recovery.ts); a loaded one is late. Without beats a step lost with its worker
 * stands still for at least fifteen.
 */
const GOES_ON_WITHIN_MS = 10_000

let stack: StackHandle
let lab: Laboratory
let temporal: TemporalOfStack
beforeAll(async () => {
  stack = await startStack({ workers: 2, env: { GONETS_POLL_FIRST: '2s' } })
  lab = new Laboratory(stack)
  temporal = openTemporal(stack)
})
afterEach(() => stack.clearFaults())
afterAll(async () => {
  await temporal.close()
  await stack.stop()
})

const { PendingActivityState, PendingWorkflowTaskState } = proto.temporal.api.enums.v1

it('P10: what a killed worker held goes on with another soon, not when its time is up', async () => {
  await stack.setFault({ target: 'portal', mode: 'slow', delayMs: 3_000 })
  const ids = await Promise.all(
    Array.from({ length: 8 }, async (_, at) => lab.submit(await sampleReport('cbc', `HELD-${at}`))),
  )
  const held = () => stepsHeldBy(temporal.client, ids, stack.pid('worker'))
  await expect.poll(async () => (await held()).length, { timeout: 30_000 }).toBeGreaterThan(0)
  const pid = stack.pid('worker')
  const since = new Date()
  await stack.kill('worker')
  const steps = await stepsHeldBy(temporal.client, ids, pid)
  expect(steps.length).toBeGreaterThan(0)
  for (const id of ids)
    expect(await lab.restsAt(id, undefined, 100_000)).toMatchObject({ phase: 'retained' })
  for (const step of await Promise.all(steps.map((one) => wentOn(temporal.client, one, since)))) {
    expect(step.attempts, step.step).toBeGreaterThan(1)
    expect(step.repeatedMs, step.step).toBeLessThan(GOES_ON_WITHIN_MS)
  }
  expect((await lab.registrations()).totals.registeredTwice).toBe(0)
})

it('a send that has said it lives is not cut short by a cancellation: what it did is known', async () => {
  const match = { operation: 'submit' }
  await stack.setFault({ target: 'portal', mode: 'slow', delayMs: 5_000, match })
  const id = await lab.submit(await sampleReport('cbc', 'CANCELLED-WHILE-SENDING'))
  const run = temporal.client.workflow.getHandle(submissionWorkflowId(id))
  const sending = async () => (await run.describe()).raw.pendingActivities?.at(0)
  await expect
    .poll(async () => (await sending())?.lastHeartbeatTime, { timeout: 30_000 })
    .toBeTruthy()
  const answer = await lab.postJson(`/v1/submissions/${id}/cancel`, { reason: 'ошибка назначения' })
  expect(answer.ok).toBe(true)
  await expect
    .poll(async () => (await sending())?.state)
    .toBe(PendingActivityState.PENDING_ACTIVITY_STATE_CANCEL_REQUESTED)
  // Withdrawn in time or registered before that: which of them is a race, and both know of the send.
  const rested = await lab.restsAt(id, ['cancelled', 'retained'])
  expect(rested.attempts).toMatchObject([{ outcome: 'taken', code: null }])
  expect((await lab.registrations()).documents).toContainEqual(
    expect.objectContaining({ documentId: rested.documentId, posts: 1 }),
  )
})

it('a workflow task lost with its worker is given away soon in every run of a result: delivery, news, keeping', async () => {
  await stack.setFault({ target: 'portal', mode: 'reject', times: 1 })
  const report = await sampleReport('cbc', 'TASK-TIMES')
  const id = await lab.submit(report)
  await lab.restsAt(id, ['needs-correction'])
  const correction = { ...report, status: 'corrected', notes: ['исправлено'] }
  await json(await lab.postJson(`/v1/submissions/${id}/corrections`, correction))
  await lab.restsAt(id, ['retained'])
  const workflowId = submissionWorkflowId(id)
  const { raw } = await temporal.client.workflow.getHandle(workflowId).describe()
  const { firstRunId } = raw.workflowExecutionInfo ?? {}
  const delivery = temporal.client.workflow.getHandle(workflowId, firstRunId ?? '')
  const events = (await delivery.fetchHistory()).events ?? []
  const times = [
    events[0]?.workflowExecutionStartedEventAttributes,
    ...events.flatMap((event) => event.startChildWorkflowExecutionInitiatedEventAttributes ?? []),
    { workflowTaskTimeout: raw.executionConfig?.defaultWorkflowTaskTimeout },
  ].map((run) => Number(run?.workflowTaskTimeout?.seconds))
  expect(times).toEqual([4, 4, 4])
})

it('P10: a run whose workflow task was lost with the worker is taken up soon', async () => {
  await stack.stopChild('worker-2')
  await stack.setFault({ target: 'portal', mode: 'late', delayMs: 5_000, times: 1 })
  const id = await lab.submit(await sampleReport('cbc', 'LOST-TASK'))
  await lab.restsAt(id, ['awaiting-acknowledgement'])
  const run = temporal.client.workflow.getHandle(submissionWorkflowId(id))
  const { runId } = await run.describe()
  const pending = async () => {
    const { raw } = await run.describe()
    return [raw.pendingActivities?.length ?? 0, raw.pendingWorkflowTask?.state ?? 'none']
  }
  await expect.poll(pending).toEqual([0, 'none'])
  // Frozen, it takes the next task of the run and does nothing with it.
  await stack.kill('worker', 'SIGSTOP')
  await expect
    .poll(pending, { timeout: 30_000 })
    .toEqual([0, PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_STARTED])
  await stack.kill('worker')
  await stack.settled('worker')
  expect(await lab.restsAt(id)).toMatchObject({ phase: 'retained' })
  const events =
    (await temporal.client.workflow.getHandle(run.workflowId, runId).fetchHistory()).events ?? []
  const lost = events.findIndex((event) => event.workflowTaskTimedOutEventAttributes)
  const takenUp = events.slice(lost).find((event) => event.workflowTaskCompletedEventAttributes)
  expect(msOf(takenUp?.eventTime) - msOf(events[lost - 1]?.eventTime)).toBeLessThan(8_000)
})
