import { describe, expect, it } from 'vitest'
import type { ConsentOutcome } from '../../domain/submission/outcomes.ts'
import { CONSENT_ID, DAY } from '../support/sample-policy.ts'
import { failing, inTurn } from '../support/scripted-steps.ts'
import { worlds } from '../support/worlds.ts'

const newWorld = worlds()
const ACTIVE: ConsentOutcome = { kind: 'active', consentId: CONSENT_ID }
const checks = (...outcomes: (ConsentOutcome | Error)[]) => inTurn<ConsentOutcome>(...outcomes)

describe('checking the consent', () => {
  it('names no legal basis: steps read it from the row, and none is watched where the law is it', async () => {
    const world = newWorld({ checkConsent: checks({ kind: 'active', consentId: null }) })
    await world.run({ policy: { legalBasis: 'law' } })
    for (const step of ['checkConsent', 'sendDocument'] as const)
      expect(world.inputs(step)[0]).not.toHaveProperty('legalBasis')
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('ends a submission whose patient refused, without asking again', async () => {
    const world = newWorld({ checkConsent: checks({ kind: 'refused' }) })
    expect(await world.run()).toEqual({ phase: 'cancelled', reason: 'consent-refused' })
    expect(world.steps()).toEqual(['checkConsent', 'closeSubmission'])
    expect(world.inputs('closeSubmission')).toMatchObject([{ reason: 'consent-refused' }])
  })

  it('goes on through a service that is away for hours', async () => {
    const away = failing('consent-service-unavailable', 'transient')
    const world = newWorld({ checkConsent: checks(...Array<Error>(40).fill(away), ACTIVE) })
    await world.run()
    expect(world.count('checkConsent')).toBe(41)
    expect(world.count('raiseAttention')).toBe(0)
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('hands a check that fails for good to a person, whose retry goes back to it', async () => {
    const world = newWorld({
      checkConsent: checks(failing('consent-service-protocol-error', 'permanent'), ACTIVE),
      raiseAttention: async (_, run) => {
        await run.press('retry')
      },
    })
    await world.run()
    expect(world.inputs('raiseAttention')).toMatchObject([
      { reason: 'consent-service-protocol-error' },
    ])
    expect(world.inputs('checkConsent')).toMatchObject([
      { key: { round: 1 } },
      { key: { round: 2 } },
    ])
    expect(world.count('destroyRecord')).toBe(1)
  })
})

describe('awaiting a consent', () => {
  it('asks for one once, and goes on at once when it is given', async () => {
    const world = newWorld({ checkConsent: checks({ kind: 'absent' }, ACTIVE) })
    await world.run({
      meanwhile: async (run) => {
        const { waitingUntil } = await run.reaches('awaiting-consent')
        expect(Date.parse(waitingUntil ?? '') - (await run.now())).toBeGreaterThan(29 * DAY)
        await run.consentIs('active')
      },
    })
    const [first, second] = world.calls.filter(({ step }) => step === 'checkConsent')
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeLessThan(DAY)
    expect(world.count('requestConsent')).toBe(1)
    expect(world.told('consent-requested')).toBe(2)
    expect(world.told('consent-changed')).toBe(0)
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('looks every day, and goes on when the register has one', async () => {
    const absent: ConsentOutcome = { kind: 'absent' }
    const world = newWorld({ checkConsent: checks(absent, absent, absent, ACTIVE) })
    await world.run()
    const at = world.calls.filter(({ step }) => step === 'checkConsent').map((call) => call.at)
    const pauses = at.slice(1).map((time, index) => Math.round((time - (at[index] ?? 0)) / DAY))
    expect(pauses).toEqual([1, 1, 1])
    expect(world.count('requestConsent')).toBe(1)
    expect(world.told('consent-requested')).toBe(2)
    expect(world.count('sendDocument')).toBe(1)
  })

  it('is cancelled when patience ends, having sent nothing', async () => {
    const world = newWorld({ checkConsent: checks({ kind: 'absent' }) })
    const started = await world.now()
    expect(await world.run()).toEqual({ phase: 'cancelled', reason: 'consent-overdue' })
    expect((await world.now()) - started).toBeGreaterThanOrEqual(30 * DAY)
    expect(world.count('checkConsent')).toBe(30)
    expect(world.steps()).not.toContain('sendDocument')
    expect(world.inputs('closeSubmission')).toMatchObject([{ reason: 'consent-overdue' }])
  })

  it('tells the doctor once of a consent that is lost day after day', async () => {
    const lost: ConsentOutcome = { kind: 'lost' }
    const world = newWorld({ checkConsent: checks(lost, lost, lost, ACTIVE) })
    await world.run()
    expect(world.told('consent-changed')).toBe(1)
    expect(world.told('consent-requested')).toBe(2)
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('waits with an unclear order for a person, who hears of it once', async () => {
    const unclear: ConsentOutcome = { kind: 'unclear' }
    const world = newWorld({ checkConsent: checks(unclear, unclear, ACTIVE) })
    await world.run({
      meanwhile: async (run) => {
        const progress = await run.reaches('awaiting-consent')
        expect(progress.reason).toBe('consent-unclear')
      },
    })
    expect(world.told('needs-attention')).toBe(1)
    expect(world.told('consent-changed')).toBe(0)
    expect(world.count('checkConsent')).toBe(3)
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('does not tell the doctor again after a check that failed in between', async () => {
    const world = newWorld({
      checkConsent: checks({ kind: 'lost' }, failing('content-unreadable', 'permanent'), {
        kind: 'refused',
      }),
      raiseAttention: async (_, run) => {
        await run.press('retry')
      },
    })
    expect(await world.run()).toMatchObject({ phase: 'cancelled' })
    expect(world.told('consent-changed')).toBe(1)
  })

  it.each([
    ['ends', { kind: 'refused' }, { phase: 'cancelled', reason: 'consent-refused' }],
    ['goes on', ACTIVE, undefined],
  ] as const)(
    'asks once more when the patient is said to have refused, and %s as it is now',
    async (_, now, expected) => {
      const world = newWorld({ checkConsent: checks({ kind: 'absent' }, now) })
      const end = await world.run({
        meanwhile: async (run) => {
          await run.reaches('awaiting-consent')
          await run.consentIs('rejected')
        },
      })
      if (expected) expect(end).toEqual(expected)
      expect(world.count('checkConsent')).toBe(2)
      expect(world.count('sendDocument')).toBe(expected ? 0 : 1)
    },
  )

  it('ends when a person gives it up', async () => {
    const world = newWorld({ checkConsent: checks({ kind: 'absent' }) })
    const end = await world.run({
      meanwhile: async (run) => {
        await run.reaches('awaiting-consent')
        await run.press('abandon')
      },
    })
    expect(end).toEqual({ phase: 'cancelled', reason: 'abandoned-by-operator' })
    expect(world.steps()).not.toContain('voidDocument')
  })
})
