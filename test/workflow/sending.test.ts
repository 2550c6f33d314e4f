import { afterAll, describe, expect, it } from 'vitest'
import type { ConsentOutcome, FindOutcome, SendOutcome } from '../../domain/submission/outcomes.ts'
import { CONSENT_ID } from '../support/sample-policy.ts'
import { failing, inTurn, latch } from '../support/scripted-steps.ts'
import type { World } from '../support/workflow-world.ts'
import { worlds } from '../support/worlds.ts'

const newWorld = worlds()
const timeout = () => failing('registry-timeout', 'ambiguous')

/** The registry took the document and answers by callback. */
const taken = async (world: World): Promise<SendOutcome> => {
  await world.answered()
  return { kind: 'taken' }
}

describe('sending', () => {
  it('waits for the answer when the registry took the document', async () => {
    const world = newWorld({ sendDocument: (_, run) => taken(run) })
    await world.run()
    expect(world.inputs('sendDocument')).toMatchObject([
      { key: { version: 1, step: 'send', round: 1 }, timeoutMs: 30_000 },
    ])
    expect(world.count('findInRegistry')).toBe(0)
  })

  it('reads an answer that came with the send', async () => {
    const world = newWorld({
      sendDocument: inTurn<SendOutcome>({ kind: 'answered', acknowledgementId: 'at-once' }),
    })
    await world.run()
    expect(world.inputs('recordAnswer')).toMatchObject([{ acknowledgementId: 'at-once' }])
    expect(world.count('findInRegistry')).toBe(0)
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('tells the doctor of a refusal and waits for the correction', async () => {
    const world = newWorld({ sendDocument: inTurn<SendOutcome>({ kind: 'refused' }) })
    const end = await world.run({
      meanwhile: async (run) => {
        expect(await run.reaches('needs-correction')).toMatchObject({ reason: 'registry-refused' })
        await run.press('abandon')
      },
    })
    expect(end).toEqual({ phase: 'cancelled', reason: 'abandoned-by-operator' })
    expect(world.told('result-rejected')).toBe(2)
    // The registry has nothing to give back; the signed document was never used.
    expect(world.steps()).not.toContain('withdrawDocument')
    expect(world.count('voidDocument')).toBe(1)
  })

  it('goes back to the check when the legal basis is gone, and sends when it is there again', async () => {
    const world = newWorld({
      checkConsent: inTurn<ConsentOutcome>({ kind: 'active', consentId: CONSENT_ID }),
      sendDocument: async (_, run) =>
        run.count('sendDocument') === 1 ? { kind: 'no-basis' } : await taken(run),
    })
    await world.run()
    expect(world.count('checkConsent')).toBe(2)
    expect(world.inputs('sendDocument')).toMatchObject([
      { key: { round: 1 } },
      { key: { round: 2 } },
    ])
  })

  it('asks for the document back when the basis was gone at a repeat and the run ends', async () => {
    const world = newWorld({
      checkConsent: inTurn<ConsentOutcome>(
        { kind: 'active', consentId: CONSENT_ID },
        { kind: 'refused' },
      ),
      sendDocument: inTurn<SendOutcome>({ kind: 'no-basis' }),
    })
    expect(await world.run()).toMatchObject({ reason: 'consent-refused' })
    expect(world.steps().slice(-3)).toEqual(['withdrawDocument', 'voidDocument', 'closeSubmission'])
  })
})

describe('a registry that was not reached', () => {
  it('is tried again by Temporal with the same key', async () => {
    const away = failing('registry-unavailable', 'transient')
    const world = newWorld({
      sendDocument: async (_, run) => {
        if (run.count('sendDocument') <= 3) throw away
        return await taken(run)
      },
    })
    await world.run()
    expect(world.count('sendDocument')).toBe(4)
    const keys = world.inputs('sendDocument').map(({ key }) => key)
    expect(keys).toEqual(Array(4).fill(keys[0]))
    expect(world.count('findInRegistry')).toBe(0)
    expect(world.count('raiseAttention')).toBe(0)
  })

  it('becomes a task for a person after the tries of the policy, whose retry sends', async () => {
    const away = failing('registry-unavailable', 'transient')
    const world = newWorld({
      sendDocument: async (_, run) => {
        if (run.count('sendDocument') <= 5) throw away
        return await taken(run)
      },
      raiseAttention: async (_, run) => {
        await run.press('retry')
      },
    })
    await world.run()
    expect(world.inputs('raiseAttention')).toMatchObject([{ reason: 'registry-unavailable' }])
    expect(world.count('sendDocument')).toBe(6)
    expect(world.inputs('sendDocument').at(-1)).toMatchObject({ key: { round: 2 } })
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('becomes a task for a person at once when repeating cannot help', async () => {
    const world = newWorld({
      sendDocument: async (_, run) => {
        if (run.count('sendDocument') === 1) throw failing('registry-access-denied', 'permanent')
        return await taken(run)
      },
      raiseAttention: async (_, run) => {
        await run.press('retry')
      },
    })
    await world.run()
    expect(world.inputs('raiseAttention')).toMatchObject([{ reason: 'registry-access-denied' }])
    expect(world.count('sendDocument')).toBe(2)
    expect(world.count('findInRegistry')).toBe(0)
  })
})

describe('an unknown outcome is asked about, never sent again blind', () => {
  it('goes on waiting when the registry has the document', async () => {
    const world = newWorld({
      sendDocument: inTurn<SendOutcome>(timeout()),
      findInRegistry: async (_, run) => {
        await run.answered()
        return { kind: 'taken' }
      },
    })
    await world.run()
    expect(world.count('sendDocument')).toBe(1)
    expect(world.count('findInRegistry')).toBe(1)
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('reads the answer when the registry has answered already', async () => {
    const world = newWorld({
      sendDocument: inTurn<SendOutcome>(timeout()),
      findInRegistry: inTurn<FindOutcome>({ kind: 'answered', acknowledgementId: 'found' }),
    })
    await world.run()
    expect(world.count('sendDocument')).toBe(1)
    expect(world.inputs('recordAnswer')).toMatchObject([{ acknowledgementId: 'found' }])
  })

  it('sends again when the registry has nothing', async () => {
    const world = newWorld({
      sendDocument: async (_, run) => {
        if (run.count('sendDocument') === 1) throw timeout()
        return await taken(run)
      },
      findInRegistry: inTurn<FindOutcome>({ kind: 'not-found' }),
    })
    await world.run()
    expect(world.steps().filter((step) => /Document|Registry/.test(step))).toEqual([
      'assembleDocument',
      'signDocument',
      'sendDocument',
      'findInRegistry',
      'sendDocument',
    ])
  })

  it('pauses longer each time a send vanishes, and asks a person when its tries are used up', async () => {
    const world = newWorld({
      sendDocument: () => Promise.reject(timeout()),
      findInRegistry: () => Promise.resolve({ kind: 'not-found' }),
      raiseAttention: async (_, run) => {
        await run.press('abandon')
      },
    })
    const end = await world.run({ policy: { sendAttempts: 4 } })
    expect(end).toMatchObject({ phase: 'cancelled' })
    expect(world.inputs('raiseAttention')).toMatchObject([{ reason: 'registry-timeout' }])
    const sends = world.calls.filter(({ step }) => step === 'sendDocument').map(({ at }) => at)
    expect(sends).toHaveLength(4)
    const pauses = sends.slice(1).map((at, index) => at - (sends[index] ?? at))
    expect(pauses[0]).toBeGreaterThanOrEqual(2_000)
    expect(pauses[1]).toBeGreaterThanOrEqual(4_000)
    expect(pauses[2]).toBeGreaterThanOrEqual(8_000)
  })

  it('becomes a task for a person when the question gets no answer for good', async () => {
    const world = newWorld({
      sendDocument: async (_, run) => {
        if (run.count('sendDocument') === 1) throw timeout()
        return await taken(run)
      },
      findInRegistry: inTurn<FindOutcome>(failing('registry-protocol-error', 'permanent')),
      raiseAttention: async (_, run) => {
        expect(run.count('sendDocument')).toBe(1)
        await run.press('retry')
      },
    })
    await world.run()
    expect(world.inputs('raiseAttention')).toMatchObject([{ reason: 'registry-protocol-error' }])
    // The retried step opens a new round: it asks the registry itself before it sends.
    expect(world.inputs('sendDocument').at(-1)).toMatchObject({ key: { round: 2 } })
  })

  // An activity in flight holds the clock, so its time-out passes in real time: a fifth of a second here.
  const lost = { sendTimeoutMs: -4_800 }
  const back = latch()
  const vanished = back.opened.then((): SendOutcome => ({ kind: 'taken' }))
  // The worker ends only when its activities have.
  afterAll(() => {
    back.open()
  })

  it('repeats the same round when the worker was lost in mid-send', async () => {
    const world = newWorld({
      sendDocument: async (_, run) =>
        run.count('sendDocument') === 1 ? await vanished : await taken(run),
    })
    await world.run({ policy: lost })
    expect(world.inputs('sendDocument')).toMatchObject([
      { key: { round: 1 } },
      { key: { round: 1 } },
    ])
  })

  it('asks the registry when no try is left after the worker was lost in mid-send', async () => {
    const world = newWorld({
      sendDocument: () => vanished,
      findInRegistry: async (_, run) => {
        await run.answered()
        return { kind: 'taken' }
      },
    })
    await world.run({ policy: { ...lost, sendAttempts: 1 } })
    expect(world.count('sendDocument')).toBe(1)
    expect(world.count('findInRegistry')).toBe(1)
    expect(world.count('destroyRecord')).toBe(1)
  })
})
