import { ApplicationFailure } from '@temporalio/common'
import { expect, it } from 'vitest'
import { DAY } from '../support/sample-policy.ts'
import { worlds } from '../support/worlds.ts'

const newWorld = worlds()

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
  const world = newWorld()
  await world.run()
  expect(world.steps().filter((step) => step !== 'sendNotification')).toEqual(PATH)
  expect(world.told('document-available')).toBe(1)
  const at = (step: string) => world.calls.find((call) => call.step === step)?.at ?? 0
  expect(at('destroyRecord') - at('recordAnswer')).toBeGreaterThanOrEqual(1827 * DAY)
})

it('keeps the record, and destroys it when its time has come, though nobody could be told', async () => {
  const world = newWorld({
    sendNotification: () => {
      throw ApplicationFailure.nonRetryable('no mail', 'notification-refused')
    },
  })
  await world.run()
  expect(world.steps().filter((step) => step !== 'sendNotification')).toEqual(PATH)
  expect(world.told('document-available')).toBe(1)
})

it('takes an answer that arrives before the send has returned', async () => {
  const world = newWorld({
    sendDocument: async (_, world) => {
      await world.answered('early')
      return { kind: 'taken' }
    },
  })
  await world.run()
  expect(world.inputs('recordAnswer')).toMatchObject([{ acknowledgementId: 'early' }])
})

it('reads a repeated answer once', async () => {
  const world = newWorld({
    sendDocument: async (_, world) => {
      for (let copy = 0; copy < 3; copy += 1) await world.answered('same')
      return { kind: 'taken' }
    },
  })
  await world.run()
  expect(world.count('recordAnswer')).toBe(1)
})

it('takes at most seven workflow tasks before retention', async () => {
  const world = newWorld()
  await world.run()
  const first = await world.firstRun()
  const tasks = first.filter((event) => event.workflowTaskCompletedEventAttributes).length
  expect(tasks).toBeLessThanOrEqual(7)
})
