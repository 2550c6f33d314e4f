import type { Client } from '@temporalio/client'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { ChildName } from '../../stack/child.ts'
import { STOP } from '../../worker/stop.ts'
import { submissionWorkflowId } from '../../workflows/names.ts'
import { stepsHeldBy } from '../support/held-steps.ts'
import { json, Laboratory, type Shown, sampleReport } from '../support/laboratory.ts'
import { type StackHandle, startStack } from '../support/stack.ts'
import { openTemporal, type TemporalOfStack } from '../support/stack-temporal.ts'

let stack: StackHandle
let lab: Laboratory
let temporal: TemporalOfStack
beforeAll(async () => {
  const env = {
    GONETS_POLL_FIRST: '2s',
    GONETS_SEND_TIMEOUT: '60s',
    // Posts follow each other faster than one laboratory may send for long.
    GONETS_INTAKE_PER_MINUTE: '100000',
  }
  stack = await startStack({ workers: 2, env })
  lab = new Laboratory(stack)
  temporal = openTemporal(stack)
})
afterEach(() => stack.clearFaults())
afterAll(async () => {
  await temporal.close()
  await stack.stop()
})

/** As an operator would: asked to stop, gone, started again, ready. */
async function restart(name: ChildName): Promise<void> {
  await stack.kill(name, 'SIGTERM')
  await stack.settled(name)
}

/** Posts until it is answered, and keeps what went wrong before. */
async function submitPatiently(report: object, refusals: unknown[]): Promise<Shown> {
  for (;;) {
    try {
      return await json<Shown>(await lab.postJson('/v1/submissions', report))
    } catch (error) {
      refusals.push(error instanceof TypeError ? (error.cause ?? error) : error)
    }
    await expect.poll(answersAgain, { timeout: 60_000 }).toBe(true)
  }
}
const answersAgain = () =>
  fetch(`${stack.apiUrl}/livez`).then(
    ({ ok }) => ok,
    () => false,
  )

/** Three laboratory systems: each repeats its result until it is being sent, then comes the next, until the work is done. */
async function streamDuring(name: string, work: (flowing: () => Promise<void>) => Promise<void>) {
  const ids: string[] = []
  const refusals: unknown[] = []
  const over = new AbortController()
  const flowing = async () => {
    const before = ids.length
    await expect.poll(() => ids.length, { timeout: 60_000 }).toBeGreaterThan(before + 3)
  }
  const system = async (at: number) => {
    for (let next = 0; !over.signal.aborted; next += 1) {
      const report = await sampleReport('cbc', `${name}-${at}-${next}`)
      const { id } = await submitPatiently(report, refusals)
      ids.push(id)
      await expect
        .poll(() => submitPatiently(report, refusals), { timeout: 60_000 })
        .toMatchObject({
          id,
          phase: expect.stringMatching(/^(sending|awaiting-acknowledgement|notifying|retained)/),
        })
    }
  }
  const streams = Promise.all([0, 1, 2].map(system))
  await work(flowing).finally(() => over.abort())
  await streams
  return { ids, refusals }
}

async function expectAllWell(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const rested = await lab.restsAt(id, undefined, 100_000)
    expect(rested).toMatchObject({ phase: 'retained', attempts: [{ outcome: 'taken' }] })
  }
  const { totals, documents } = await lab.registrations()
  expect(totals.registeredTwice).toBe(0)
  expect(documents.filter(({ posts }) => posts !== 1)).toEqual([])
}

/** Steps that did not succeed at once, by their names. */
async function repeatedSteps(client: Client, submissionId: string): Promise<string[]> {
  const newest = client.workflow.getHandle(submissionWorkflowId(submissionId))
  const { raw } = await newest.describe()
  const { firstRunId } = raw.workflowExecutionInfo ?? {}
  const run = client.workflow.getHandle(submissionWorkflowId(submissionId), firstRunId ?? undefined)
  const events = (await run.fetchHistory()).events ?? []
  const nameOf = (scheduled: unknown) =>
    events.find(({ eventId }) => String(eventId) === String(scheduled))
      ?.activityTaskScheduledEventAttributes?.activityType?.name ?? ''
  return events.flatMap(({ activityTaskStartedEventAttributes: it }) =>
    it && (it.attempt ?? 1) > 1 ? [nameOf(it.scheduledEventId)] : [],
  )
}

it('P10: workers restarted one after the other lose nothing, hold nothing up and repeat no step', async () => {
  await stack.setFault({ target: 'portal', mode: 'slow', delayMs: 1_500 })
  const { ids } = await streamDuring('ROLLING', async (flowing) => {
    for (const name of ['worker', 'worker-2'] as const) {
      await flowing()
      await restart(name)
    }
    await flowing()
  })
  await expectAllWell(ids)
  const repeated = await Promise.all(ids.map((id) => repeatedSteps(temporal.client, id)))
  expect(repeated.flat()).toEqual([])
})

it('P1: while the API is restarted a result is either answered or not taken at all, and a repeat of it is the same result', async () => {
  const { ids, refusals } = await streamDuring('API', async (flowing) => {
    for (let times = 0; times < 3; times += 1) {
      await flowing()
      await restart('api')
    }
    await flowing()
  })
  expect(refusals.length).toBeGreaterThan(0)
  expect(new Set(ids).size).toBe(ids.length)
  for (const refusal of refusals)
    expect(refusal).toMatchObject({
      code: expect.stringMatching(/^(ECONNREFUSED|ECONNRESET|UND_ERR_SOCKET)$/),
    })
  await expectAllWell(ids)
})

it('a stopping worker lets a slow send end, however long another one would have waited', async () => {
  await stack.stopChild('worker-2')
  await stack.setFault({ target: 'portal', mode: 'slow', delayMs: 10_000, times: 1 })
  const id = await lab.submit(await sampleReport('cbc', 'SLOW-SEND'))
  await untilSending(id)
  await restart('worker')
  await expectAllWell([id])
  expect(await repeatedSteps(temporal.client, id)).toEqual([])
})

it('a worker is gone within thirty seconds, whatever it holds; that goes on with the next one', async () => {
  const match = { operation: 'submit' }
  await stack.setFault({ target: 'portal', mode: 'slow', delayMs: 50_000, times: 1, match })
  const id = await lab.submit(await sampleReport('cbc', 'ENDLESS-SEND'))
  await untilSending(id)
  const asked = performance.now()
  await stack.kill('worker', 'SIGTERM')
  expect(performance.now() - asked).toBeGreaterThan(STOP.finishMs)
  expect(performance.now() - asked).toBeLessThan(30_000)
  await stack.settled('worker')
  expect(await lab.restsAt(id)).toMatchObject({ phase: 'retained' })
  expect((await lab.registrations()).totals.registeredTwice).toBe(0)
})

async function untilSending(id: string): Promise<void> {
  const held = async () => {
    const steps = await stepsHeldBy(temporal.client, [id], stack.pid('worker'))
    return steps.map(({ step }) => step)
  }
  await expect.poll(held, { timeout: 30_000 }).toEqual(['sendDocument'])
}
