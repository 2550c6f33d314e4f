import { describe, expect, it } from 'vitest'
import type { AnswerOutcome, FindOutcome, SendOutcome } from '../../domain/submission/outcomes.ts'
import { DAY, POLICY } from '../support/sample-policy.ts'
import { failing, inTurn } from '../support/scripted-steps.ts'
import type { World } from '../support/workflow-world.ts'
import { worlds } from '../support/worlds.ts'

const newWorld = worlds()

/** Answers in the order they are read; the last one is an acceptance. */
const says = (...kinds: Exclude<AnswerOutcome['kind'], 'accepted'>[]) => {
  const outcomes = kinds.map((kind): AnswerOutcome => ({ kind }))
  return async (_: unknown, world: World): Promise<AnswerOutcome> =>
    outcomes.shift() ?? {
      kind: 'accepted',
      retainUntil: new Date((await world.now()) + POLICY.retentionMs).toISOString(),
    }
}
const since = (world: World, step: string, from = 'sendDocument') => {
  const at = (name: string) => world.calls.find((call) => call.step === name)?.at ?? Number.NaN
  return at(step) - at(from)
}

describe('the answer of the registry', () => {
  it.each([
    ['rejected', 'registry-rejected'],
    ['correction-required', 'registry-correction'],
    ['clarification-required', 'registry-clarification'],
  ] as const)('%s is work for the doctor', async (verdict, reason) => {
    const world = newWorld({ recordAnswer: says(verdict) })
    const end = await world.run({
      meanwhile: async (run) => {
        const progress = await run.reaches('needs-correction')
        expect(progress).toMatchObject({ reason, lastVerdict: verdict })
        await run.press('abandon')
      },
    })
    expect(end).toEqual({ phase: 'cancelled', reason: 'abandoned-by-operator' })
    expect(world.told('result-rejected')).toBe(2)
    expect(world.told('document-available')).toBe(0)
    // What was rejected is not the registry's to give back.
    expect(world.steps()).not.toContain('withdrawDocument')
  })

  it('processing is a sign of life, and the run goes on waiting', async () => {
    const world = newWorld({
      recordAnswer: says('processing'),
      sendDocument: async (_, run) => {
        await run.answered('sign-of-life')
        return { kind: 'taken' }
      },
      findInRegistry: inTurn<FindOutcome>({ kind: 'answered', acknowledgementId: 'final' }),
    })
    await world.run()
    expect(world.inputs('recordAnswer')).toMatchObject([
      { acknowledgementId: 'sign-of-life', key: { round: 1 } },
      { acknowledgementId: 'final', key: { round: 2 } },
    ])
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('about an earlier version is noted and waited past', async () => {
    const world = newWorld({
      recordAnswer: says('outdated'),
      findInRegistry: inTurn<FindOutcome>({ kind: 'answered', acknowledgementId: 'current' }),
    })
    await world.run()
    expect(world.count('recordAnswer')).toBe(2)
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('out of order: the first final one decides, what follows is read by nobody', async () => {
    const world = newWorld({
      recordAnswer: says(),
      sendDocument: async (_, run) => {
        await run.answered('accepted')
        await run.answered('processing, sent before')
        return { kind: 'taken' }
      },
    })
    await world.run()
    expect(world.inputs('recordAnswer')).toMatchObject([{ acknowledgementId: 'accepted' }])
  })

  it('keeps its record until the date that stands in the row', async () => {
    const world = newWorld({
      recordAnswer: async (_, run) => ({
        kind: 'accepted',
        retainUntil: new Date((await run.now()) + 8 * 365 * DAY).toISOString(),
      }),
    })
    await world.run({ policy: { retentionMs: 0 } })
    expect(since(world, 'destroyRecord', 'recordAnswer')).toBeGreaterThanOrEqual(8 * 365 * DAY)
  })

  it('is read again by a retry when it could not be recorded', async () => {
    const world = newWorld({
      recordAnswer: async (input, run) => {
        if (run.count('recordAnswer') === 1) throw failing('content-unreadable', 'permanent')
        return await says()(input, run)
      },
      raiseAttention: async (_, run) => {
        await run.press('retry')
      },
    })
    await world.run()
    expect(world.inputs('recordAnswer')).toMatchObject([
      { acknowledgementId: 'ack-1', key: { round: 1 } },
      { acknowledgementId: 'ack-1', key: { round: 2 } },
    ])
    expect(world.count('findInRegistry')).toBe(0)
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('repeated after a retry of the same version is read again: it is the word on that send', async () => {
    const world = newWorld({
      recordAnswer: says('rejected', 'rejected'),
      sendDocument: inTurn<SendOutcome>({ kind: 'answered', acknowledgementId: 'no' }),
    })
    const end = await world.run({
      meanwhile: async (run) => {
        await run.reaches('needs-correction')
        await run.press('retry')
        await run.sees(() => run.count('recordAnswer') >= 2)
        await run.reaches('needs-correction')
        await run.press('abandon')
      },
    })
    expect(end).toMatchObject({ phase: 'cancelled' })
    expect(world.count('sendDocument')).toBe(2)
    expect(world.count('raiseAttention')).toBe(0)
  })
})
