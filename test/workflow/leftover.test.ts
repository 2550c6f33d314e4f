import { describe, expect, it } from 'vitest'
import type { Leftover, WithdrawOutcome } from '../../domain/submission/outcomes.ts'
import { DAY } from '../support/sample-policy.ts'
import { failing, inTurn } from '../support/scripted-steps.ts'
import type { World } from '../support/workflow-world.ts'
import { worlds } from '../support/worlds.ts'

const newWorld = worlds()
const LEFTOVER = { round: 7, reason: 'superseded' }
const found = (...rest: (Leftover | null)[]) => inTurn<Leftover | null>(LEFTOVER, ...rest)

async function withdraw(world: World) {
  const { submissionId } = world
  const handle = await world.start('withdrawLeftover', `leftover-${submissionId}`, {
    submissionId,
    version: 2,
  })
  await handle.result()
  return world.calls.filter(({ step }) => step === 'withdrawDocument')
}

describe('a document that must not stay at the registry', () => {
  it('is asked back by its version, and nobody is disturbed', async () => {
    const world = newWorld({ findLeftover: found() })
    const asked = await withdraw(world)
    expect(asked.map(({ input }) => input)).toMatchObject([
      { reason: 'superseded', key: { version: 2, step: 'withdraw-leftover', round: 7 } },
    ])
    expect(world.count('sendNotification')).toBe(0)
  })

  it('and turns out not to be there is left alone', async () => {
    const world = newWorld()
    expect(await withdraw(world)).toEqual([])
  })

  it('that the registry keeps is asked back daily until it is settled; the operator is told once', async () => {
    const next = { ...LEFTOVER, round: 8 }
    const world = newWorld({
      findLeftover: found(next, next, null),
      withdrawDocument: inTurn<WithdrawOutcome>({ kind: 'refused' }),
    })
    const asked = await withdraw(world)
    expect(asked).toHaveLength(3)
    expect((asked[2]?.at ?? 0) - (asked[0]?.at ?? 0)).toBeGreaterThanOrEqual(2 * DAY)
    expect(world.told('withdrawal-refused')).toBe(1)
  })

  it('is asked back tomorrow where the registry cannot be asked today', async () => {
    const world = newWorld({
      findLeftover: found({ ...LEFTOVER, round: 8 }),
      withdrawDocument: inTurn<WithdrawOutcome>(failing('registry-access-denied', 'permanent'), {
        kind: 'withdrawn',
      }),
    })
    expect(await withdraw(world)).toHaveLength(2)
    expect(world.told('withdrawal-refused')).toBe(1)
  })
})
