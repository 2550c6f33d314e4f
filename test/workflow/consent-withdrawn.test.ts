import { describe, expect, it } from 'vitest'
import type {
  ConsentOutcome,
  SendOutcome,
  SignOutcome,
  WithdrawOutcome,
} from '../../domain/submission/outcomes.ts'
import { CONSENT_ID } from '../support/sample-policy.ts'
import { failing, inTurn } from '../support/scripted-steps.ts'
import type { World } from '../support/workflow-world.ts'
import { worlds } from '../support/worlds.ts'

const newWorld = worlds()
const ACTIVE: ConsentOutcome = { kind: 'active', consentId: CONSENT_ID }
const silent = inTurn<SendOutcome>({ kind: 'taken' })

async function withdrawWhileWaiting(world: World): Promise<void> {
  await world.reaches('awaiting-acknowledgement')
  await world.consentIs('withdrawn')
}

describe('a consent withdrawn before the send', () => {
  it.each(['withdrawn', 'expired'] as const)('freezes what has not left: %s', async (status) => {
    const world = newWorld({
      checkConsent: inTurn<ConsentOutcome>(ACTIVE, { kind: 'lost' }),
      signDocument: async (_, run): Promise<SignOutcome> => {
        await run.consentIs(status)
        return { kind: 'signed', personalSignatures: 0 }
      },
    })
    const end = await world.run()
    expect(end).toEqual({ phase: 'cancelled', reason: 'consent-overdue' })
    expect(world.steps()).not.toContain('sendDocument')
    expect(world.told('consent-changed')).toBe(1)
    expect(world.count('requestConsent')).toBe(1)
    expect(world.steps().slice(-2)).toEqual(['voidDocument', 'closeSubmission'])
  })

  it('goes on with a new one, on a document made anew', async () => {
    const world = newWorld({
      checkConsent: inTurn<ConsentOutcome>(ACTIVE, { kind: 'lost' }, ACTIVE),
      signDocument: async (_, run): Promise<SignOutcome> => {
        if (run.count('signDocument') === 1) await run.consentIs('withdrawn')
        return { kind: 'signed', personalSignatures: 0 }
      },
    })
    await world.run()
    expect(world.count('assembleDocument')).toBe(2)
    expect(world.count('sendDocument')).toBe(1)
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('freezes what rests on several consents when any of them is withdrawn', async () => {
    const world = newWorld({
      checkConsent: inTurn<ConsentOutcome>(
        { kind: 'active', consentId: CONSENT_ID, others: ['consent-2'] },
        { kind: 'lost' },
      ),
      signDocument: async (_, run): Promise<SignOutcome> => {
        await run.handle().signal('consentChanged', { consentId: 'consent-2', status: 'withdrawn' })
        return { kind: 'signed', personalSignatures: 0 }
      },
    })
    expect(await world.run()).toEqual({ phase: 'cancelled', reason: 'consent-overdue' })
    expect(world.steps()).not.toContain('sendDocument')
  })

  it('is no news when it is about another consent, or the law is the basis', async () => {
    const other = newWorld({
      signDocument: async (_, run): Promise<SignOutcome> => {
        await run.handle().signal('consentChanged', { consentId: 'another', status: 'withdrawn' })
        return { kind: 'signed', personalSignatures: 0 }
      },
    })
    await other.run()
    expect(other.count('checkConsent')).toBe(1)
    const law = newWorld({
      signDocument: async (_, run): Promise<SignOutcome> => {
        await run.consentIs('withdrawn')
        return { kind: 'signed', personalSignatures: 0 }
      },
    })
    await law.run({ policy: { legalBasis: 'law' } })
    expect(law.count('checkConsent')).toBe(1)
    expect(law.count('destroyRecord')).toBe(1)
  })
})

describe('a consent withdrawn after the send', () => {
  it('is heard of where the document travelled under another consent than the check had found', async () => {
    const world = newWorld({
      sendDocument: inTurn<SendOutcome>({ kind: 'taken', rests: { consentId: 'newer' } }),
    })
    const end = await world.run({
      meanwhile: async (run) => {
        await run.reaches('awaiting-acknowledgement')
        await run.handle().signal('consentChanged', { consentId: 'newer', status: 'withdrawn' })
      },
    })
    expect(end).toEqual({ phase: 'cancelled', reason: 'consent-withdrawn' })
  })

  it('asks the registry to give the document back, and ends there', async () => {
    const world = newWorld({ sendDocument: silent })
    const end = await world.run({ meanwhile: withdrawWhileWaiting })
    expect(end).toEqual({ phase: 'cancelled', reason: 'consent-withdrawn' })
    expect(world.inputs('withdrawDocument')).toMatchObject([{ reason: 'consent-withdrawn' }])
    expect(world.told('consent-changed')).toBe(1)
    expect(world.told('consent-requested')).toBe(0)
    // Given back already: the end does not ask a second time.
    expect(world.steps().slice(-2)).toEqual(['voidDocument', 'closeSubmission'])
  })

  it('goes on waiting when the registry keeps the document, and is accepted', async () => {
    const world = newWorld({
      sendDocument: silent,
      withdrawDocument: async (_, run): Promise<WithdrawOutcome> => {
        await run.answered('accepted')
        return { kind: 'refused' }
      },
    })
    await world.run({ meanwhile: withdrawWhileWaiting })
    expect(world.count('withdrawDocument')).toBe(1)
    expect(world.told('consent-changed')).toBe(1)
    expect(world.count('raiseAttention')).toBe(0)
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('asks again after a withdrawal that could not be asked for; the doctor hears once', async () => {
    const world = newWorld({
      sendDocument: silent,
      withdrawDocument: inTurn<WithdrawOutcome>(failing('registry-access-denied', 'permanent'), {
        kind: 'withdrawn',
      }),
      raiseAttention: async (_, run) => {
        await run.press('retry')
      },
    })
    const end = await world.run({ meanwhile: withdrawWhileWaiting })
    expect(end).toEqual({ phase: 'cancelled', reason: 'consent-withdrawn' })
    expect(world.inputs('raiseAttention')).toMatchObject([{ reason: 'registry-access-denied' }])
    expect(world.count('withdrawDocument')).toBe(2)
    expect(world.told('consent-changed')).toBe(1)
  })

  it('does not stop an answer that has arrived with it', async () => {
    const world = newWorld({
      sendDocument: async (_, run) => {
        await run.consentIs('withdrawn')
        await run.answered('accepted')
        return { kind: 'taken' }
      },
    })
    await world.run()
    expect(world.count('withdrawDocument')).toBe(0)
    expect(world.count('destroyRecord')).toBe(1)
  })
})
