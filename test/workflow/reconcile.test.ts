import { describe, expect, it } from 'vitest'
import type { Reconciled } from '../../domain/submission/messages.ts'
import { HOUR } from '../support/sample-policy.ts'
import { failing, inTurn } from '../support/scripted-steps.ts'
import type { World } from '../support/workflow-world.ts'
import { worlds } from '../support/worlds.ts'

const newWorld = worlds()

interface Page {
  looked: number
  restarted: number
  held: number
  next: string | null
}
const page = (next: string | null, changes: Partial<Page> = {}): Page => ({
  ...{ looked: 2, restarted: 0, held: 0 },
  ...changes,
  next,
})

/** Its id names the world, so that its steps are found. */
async function reconcile(world: World, soFar?: object): Promise<Reconciled> {
  const handle = await world.start('reconcile', `gonets-reconcile-${world.submissionId}`, {
    graceMs: HOUR,
    pageSize: 2,
    ...(soFar ? { soFar } : {}),
  })
  return (await handle.result()) as Reconciled
}

describe('a reconciliation', () => {
  it('goes through every page of both directions and adds up what it found', async () => {
    const world = newWorld({
      reconcileSubmissions: inTurn(page('id-2', { restarted: 1 }), page(null, { held: 1 })),
      reconcileRuns: inTurn(
        { looked: 2, strays: ['stray-1'], next: 'page-2' },
        { looked: 1, strays: [], next: null },
      ),
    })
    expect(await reconcile(world)).toEqual({
      submissions: 4,
      restarted: 1,
      held: 1,
      runs: 3,
      strays: ['stray-1'],
    })
    expect(world.inputs('reconcileSubmissions')).toMatchObject([
      { after: null, limit: 2 },
      { after: 'id-2', limit: 2 },
    ])
    expect(world.inputs('reconcileRuns')).toMatchObject([
      { cursor: null, limit: 2 },
      { cursor: 'page-2', limit: 2 },
    ])
  })

  it('leaves alone what has changed within the grace time', async () => {
    const world = newWorld()
    const before = await world.now()
    await reconcile(world)
    const [input] = world.inputs('reconcileSubmissions')
    const age = Date.parse(String(input?.olderThan)) - (before - HOUR)
    expect(Math.abs(age)).toBeLessThan(60_000)
  })

  it('goes on where it stood when its history was made short', async () => {
    const world = newWorld()
    const found = { submissions: 7, restarted: 2, held: 0, runs: 5, strays: ['stray-1'] }
    expect(await reconcile(world, { part: 'runs', cursor: 'page-9', found })).toEqual(found)
    expect(world.count('reconcileSubmissions')).toBe(0)
    expect(world.inputs('reconcileRuns')).toMatchObject([{ cursor: 'page-9' }])
  })

  it('asks again while Temporal or the database is away', async () => {
    const world = newWorld({
      reconcileSubmissions: inTurn<Page>(failing('storage-unavailable', 'transient'), page(null)),
    })
    expect(await reconcile(world)).toMatchObject({ submissions: 2 })
    expect(world.count('reconcileSubmissions')).toBe(2)
  })
})

describe('a run that replaces a lost one', () => {
  it('counts steps and messages from the round it was given', async () => {
    const world = newWorld()
    await world.run({ input: { firstRound: 4 } })
    for (const step of [
      'checkConsent',
      'assembleDocument',
      'signDocument',
      'sendDocument',
    ] as const)
      expect(world.inputs(step), step).toMatchObject([{ key: { round: 4 } }])
    expect(world.inputs('sendNotification')).toMatchObject([{ round: 4 }])
    // Its own run: there is only one of each in the years of keeping.
    expect(world.inputs('sealRecord')).toMatchObject([{ key: { round: 1 } }])
  })

  it('waits for the correction that the lost one waited for, without a step of its own', async () => {
    const world = newWorld()
    await world.run({
      input: { firstRound: 2, heldFor: 'registry-rejected' },
      meanwhile: async (run) => {
        expect(await run.reaches('needs-correction')).toMatchObject({ reason: 'registry-rejected' })
        expect(run.steps()).toEqual([])
        await run.press('correct', { version: 2, actor: 'Врач' })
      },
    })
    expect(world.inputs('assembleDocument')).toMatchObject([{ key: { version: 2 } }])
    expect(world.count('sealRecord')).toBe(1)
  })
})
