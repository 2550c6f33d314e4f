import { expect, it } from 'vitest'
import type { ConsentOutcome } from '../../domain/submission/outcomes.ts'
import { CONSENT_ID } from '../support/sample-policy.ts'
import { failing, inTurn } from '../support/scripted-steps.ts'
import type { World } from '../support/workflow-world.ts'
import { worlds } from '../support/worlds.ts'

const newWorld = worlds()
const refused = () => failing('notification-refused', 'permanent')

function notify(world: World, kind: string) {
  return world.start('notifyParties', `notify-${world.submissionId}`, {
    submissionId: world.submissionId,
    version: 1,
    kind,
    round: 1,
  })
}
const heard = (world: World) => world.inputs('sendNotification').map(({ recipient }) => recipient)

it.each([
  ['document-available', ['patient']],
  ['consent-requested', ['doctor', 'patient']],
  ['result-rejected', ['doctor', 'operator']],
  ['consent-changed', ['doctor']],
  ['answer-overdue', ['operator']],
  ['needs-attention', ['operator']],
  ['withdrawal-refused', ['operator']],
])('%s is told to %j', async (kind, recipients) => {
  const world = newWorld()
  await (await notify(world, kind)).result()
  expect(heard(world).toSorted()).toEqual(recipients)
  expect(world.inputs('sendNotification')[0]).toMatchObject({
    submissionId: world.submissionId,
    version: 1,
    kind,
    round: 1,
  })
})

it('lets the others hear when one cannot be reached, and shows the failure', async () => {
  const world = newWorld({
    sendNotification: ({ recipient }) =>
      recipient === 'doctor' ? Promise.reject(refused()) : Promise.resolve('sent'),
  })
  await expect((await notify(world, 'result-rejected')).result()).rejects.toThrow()
  expect(heard(world).toSorted()).toEqual(['doctor', 'operator'])
})

it('is patient with a mail server that is away', async () => {
  const away = failing('notification-unavailable', 'transient')
  const world = newWorld({
    sendNotification: inTurn<'sent'>(...Array<Error>(20).fill(away), 'sent'),
  })
  await (await notify(world, 'answer-overdue')).result()
  expect(world.count('sendNotification')).toBe(21)
})

it('never changes the delivery by its failure', async () => {
  const world = newWorld({
    checkConsent: inTurn<ConsentOutcome>(
      { kind: 'lost' },
      { kind: 'active', consentId: CONSENT_ID },
    ),
    sendNotification: () => Promise.reject(refused()),
  })
  await world.run()
  expect(world.count('raiseAttention')).toBe(0)
  expect(world.count('sealRecord')).toBe(1)
  expect(world.count('destroyRecord')).toBe(1)
})
