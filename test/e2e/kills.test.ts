import { afterAll, beforeAll, expect, it } from 'vitest'
import { Laboratory, sampleReport } from '../support/laboratory.ts'
import { type StackHandle, startStack } from '../support/stack.ts'

let stack: StackHandle
let lab: Laboratory
beforeAll(async () => {
  stack = await startStack({ env: { GONETS_POLL_FIRST: '2s' } })
  lab = new Laboratory(stack)
})
afterAll(async () => {
  await stack.stop()
})

it('P10: the worker is killed in mid-flight: nothing is lost and nothing is registered twice', async () => {
  const reports = await Promise.all(
    Array.from({ length: 12 }, (_, index) => sampleReport('cbc', `P10-WORKER-${index}`)),
  )
  const ids = await Promise.all(reports.map((report) => lab.submit(report)))
  await lab.restsAt(ids[0] ?? '', [
    'signing',
    'sending',
    'awaiting-acknowledgement',
    'notifying',
    'retained',
  ])
  await stack.kill('worker')
  await stack.settled('worker')
  const rested = await Promise.all(ids.map((id) => lab.restsAt(id, undefined, 100_000)))
  expect(rested.map(({ phase }) => phase)).toEqual(ids.map(() => 'retained'))
  const { totals, documents } = await lab.registrations()
  expect(totals.registeredTwice).toBe(0)
  expect(documents).toHaveLength(ids.length)
})

it('P1: with Temporal away a result is still taken for good, and goes its way when Temporal is back', async () => {
  await stack.stopChild('temporal')
  const id = await lab.submit(await sampleReport('biochemistry', 'P1-NO-TEMPORAL'))
  await stack.kill('api')
  await stack.settled('api')
  await stack.startChild('temporal')
  expect(await lab.restsAt(id, undefined, 100_000)).toMatchObject({
    phase: 'retained',
    statusText: 'Принято',
  })
})
