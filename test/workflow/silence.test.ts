import { describe, expect, it } from 'vitest'
import type { AnswerOutcome, FindOutcome, SendOutcome } from '../../domain/submission/outcomes.ts'
import { DAY, HOUR, POLICY } from '../support/sample-policy.ts'
import { failing, inTurn } from '../support/scripted-steps.ts'
import type { World } from '../support/workflow-world.ts'
import { worlds } from '../support/worlds.ts'

const newWorld = worlds()
const silent = inTurn<SendOutcome>({ kind: 'taken' })

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

describe('silence of the registry', () => {
  it('is asked about at growing pauses, and ended by the answer found', async () => {
    const world = newWorld({
      sendDocument: silent,
      findInRegistry: inTurn<FindOutcome>(...Array<FindOutcome>(6).fill({ kind: 'taken' }), {
        kind: 'answered',
        acknowledgementId: 'polled',
      }),
    })
    await world.run()
    const at = world.calls.filter(({ step }) => step === 'findInRegistry').map((call) => call.at)
    const pauses = at.slice(1).map((time, index) => Math.round((time - (at[index] ?? 0)) / HOUR))
    expect(Math.round(since(world, 'findInRegistry') / HOUR)).toBe(1)
    expect(pauses).toEqual([2, 4, 8, 16, 24, 24])
    expect(world.inputs('findInRegistry')[0]).toMatchObject({ key: { step: 'poll', round: 1 } })
    expect(world.inputs('recordAnswer')).toMatchObject([{ acknowledgementId: 'polled' }])
  })

  it('is reminded of after 24 and 72 hours, and becomes a task for a person after 15 days', async () => {
    const world = newWorld({
      sendDocument: silent,
      raiseAttention: async (_, run) => {
        await run.answered('late')
      },
    })
    await world.run()
    const at = world.calls
      .filter(({ input }) => input.kind === 'answer-overdue')
      .map((call) => call.at - (world.calls.find((c) => c.step === 'sendDocument')?.at ?? 0))
    expect(at.map((time) => Math.round(time / HOUR))).toEqual([24, 72])
    expect(world.inputs('raiseAttention')).toMatchObject([{ reason: 'no-answer' }])
    expect(Math.round(since(world, 'raiseAttention') / DAY)).toBe(15)
    // The late answer ended the hold by itself.
    expect(world.inputs('recordAnswer')).toMatchObject([{ acknowledgementId: 'late' }])
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('after a retry is waited out for another 15 days, with reminders of its own', async () => {
    const world = newWorld({
      sendDocument: silent,
      raiseAttention: async (_, run) => {
        if (run.count('raiseAttention') === 1) await run.press('retry')
        else await run.answered('late')
      },
    })
    await world.run()
    const [first, second] = world.calls.filter(({ step }) => step === 'raiseAttention')
    expect(Math.round(((second?.at ?? 0) - (first?.at ?? 0)) / DAY)).toBe(15)
    expect(world.told('answer-overdue')).toBe(4)
    expect(world.count('sendDocument')).toBe(1)
  })

  it('is not ended by a sign of life or an answer about an earlier version', async () => {
    const world = newWorld({
      sendDocument: silent,
      recordAnswer: says('processing', 'outdated'),
      raiseAttention: async (_, run) => {
        await run.answered('sign-of-life')
        await run.answered('earlier-version')
      },
    })
    await world.run({
      onceHeld: async (run) => {
        await run.sees(() => run.count('recordAnswer') >= 2)
        expect(await run.reaches('needs-attention')).toMatchObject({ reason: 'no-answer' })
        await run.answered('late')
      },
    })
    expect(world.count('raiseAttention')).toBe(1)
    expect(world.count('recordAnswer')).toBe(3)
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('about a document the registry does not know becomes a task for a person, whose retry sends', async () => {
    const world = newWorld({
      sendDocument: async (_, run) => {
        if (run.count('sendDocument') === 2) await run.answered()
        return { kind: 'taken' }
      },
      findInRegistry: inTurn<FindOutcome>({ kind: 'not-found' }),
      raiseAttention: async (_, run) => {
        await run.press('retry')
      },
    })
    await world.run()
    expect(world.inputs('raiseAttention')).toMatchObject([{ reason: 'document-lost' }])
    expect(world.inputs('sendDocument')).toMatchObject([
      { key: { round: 1 } },
      { key: { round: 2 } },
    ])
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('is not broken by polls that find nothing out: the next one asks again', async () => {
    const away = failing('registry-unavailable', 'transient')
    const world = newWorld({
      sendDocument: silent,
      findInRegistry: inTurn<FindOutcome>(...Array<Error>(10).fill(away), {
        kind: 'answered',
        acknowledgementId: 'polled',
      }),
    })
    await world.run()
    // Two polls of five tries each, then the third finds the answer: 1 + 2 + 4 hours after the send.
    expect(Math.round(since(world, 'recordAnswer') / HOUR)).toBe(7)
    expect(world.count('raiseAttention')).toBe(0)
  })

  it('becomes a task for a person when no repeat of the poll can help', async () => {
    const world = newWorld({
      sendDocument: silent,
      findInRegistry: inTurn<FindOutcome>(failing('registry-access-denied', 'permanent'), {
        kind: 'answered',
        acknowledgementId: 'polled',
      }),
      raiseAttention: async (_, run) => {
        await run.press('retry')
      },
    })
    await world.run()
    expect(world.inputs('raiseAttention')).toMatchObject([{ reason: 'registry-access-denied' }])
    expect(world.inputs('recordAnswer')).toMatchObject([{ acknowledgementId: 'polled' }])
  })
})
