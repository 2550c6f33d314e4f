import { describe, expect, it } from 'vitest'
import type { SendOutcome, WithdrawOutcome } from '../../domain/submission/outcomes.ts'
import { POLICY } from '../support/sample-policy.ts'
import { inTurn } from '../support/scripted-steps.ts'
import { startDevServer } from '../support/workflow-servers.ts'
import type { World } from '../support/workflow-world.ts'
import { worlds } from '../support/worlds.ts'

// The time-skipping server refuses continue-as-new after a cancellation; a real one takes it.
const newWorld = worlds(startDevServer)
const silent = inTurn<SendOutcome>({ kind: 'taken' })

async function cancelWhileWaiting(world: World): Promise<void> {
  await world.reaches('awaiting-acknowledgement')
  await world.handle().cancel()
}
const untilRetained = (world: World) => world.reaches('retained')
const afterwards = (world: World) =>
  world.steps().filter((step) => /void|withdraw|close/.test(step))

describe('the word of the registry wins over a cancellation', () => {
  it('when it is the acceptance that is being recorded', async () => {
    const world = newWorld({
      recordAnswer: async (_, run) => {
        await run.handle().cancel()
        return {
          kind: 'accepted',
          retainUntil: new Date((await run.now()) + POLICY.retentionMs).toISOString(),
        }
      },
    })
    await world.run({ until: untilRetained })
    expect(afterwards(world)).toEqual([])
    expect(world.told('document-available')).toBe(1)
  })

  it('when it arrives during the withdrawal, without troubling anybody', async () => {
    const world = newWorld({
      sendDocument: silent,
      withdrawDocument: async (_, run) => {
        await run.answered('accepted')
        return { kind: 'refused' }
      },
    })
    await world.run({ meanwhile: cancelWhileWaiting, until: untilRetained })
    expect(afterwards(world)).toEqual(['withdrawDocument'])
    expect(world.count('raiseAttention')).toBe(0)
  })

  it('when it arrives while a person is asked', async () => {
    const world = newWorld({
      sendDocument: silent,
      withdrawDocument: inTurn<WithdrawOutcome>({ kind: 'refused' }),
      raiseAttention: async (_, run) => {
        await run.answered('accepted')
      },
    })
    await world.run({ meanwhile: cancelWhileWaiting, until: untilRetained })
    expect(afterwards(world)).toEqual(['withdrawDocument'])
    expect(world.count('raiseAttention')).toBe(1)
  })
})
