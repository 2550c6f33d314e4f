import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DAY, startTimeSkipping, World } from '../support/workflow-world.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await startTimeSkipping()
})
afterAll(async () => {
  await env.teardown()
})

const PATH = [
  'checkConsent',
  'assembleDocument',
  'signDocument',
  'sendDocument',
  'recordAnswer',
  'sealRecord',
  'destroyRecord',
]

it('goes through every step once, in order, and is destroyed when its time has come', async () => {
  const world = new World(env)
  await world.run()
  expect(world.steps().filter((step) => step !== 'sendNotification')).toEqual(PATH)
  expect(world.told('document-available')).toBe(1)
  const at = (step: string) => world.calls.find((call) => call.step === step)?.at ?? 0
  expect(at('destroyRecord') - at('recordAnswer')).toBeGreaterThanOrEqual(1827 * DAY)
})

it('takes an answer that arrives before the send has returned', async () => {
  const world = new World(env, {
    sendDocument: async () => {
      await world.answered('early')
      return { kind: 'taken' }
    },
  })
  await world.run()
  expect(world.inputs('recordAnswer')).toMatchObject([{ acknowledgementId: 'early' }])
})

it('reads a repeated answer once', async () => {
  const world = new World(env, {
    sendDocument: async () => {
      for (let copy = 0; copy < 3; copy += 1) await world.answered('same')
      return { kind: 'taken' }
    },
  })
  await world.run()
  expect(world.count('recordAnswer')).toBe(1)
})

it('takes at most eight workflow tasks before retention', async () => {
  const world = new World(env)
  await world.run()
  const first = await world.firstRun()
  const tasks = first.filter((event) => event.workflowTaskCompletedEventAttributes).length
  expect(tasks).toBeLessThanOrEqual(8)
})
