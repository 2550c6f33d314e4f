import { describe, expect, it } from 'vitest'
import type { SignOutcome } from '../../domain/submission/outcomes.ts'
import { CONSENT_ID, DAY } from '../support/sample-policy.ts'
import { failing, inTurn, latch } from '../support/scripted-steps.ts'
import { worlds } from '../support/worlds.ts'

const newWorld = worlds()

describe('awaiting personal signatures', () => {
  const signed = (personalSignatures: number) =>
    inTurn<SignOutcome>({ kind: 'signed', personalSignatures })
  const add = (blobId: string) => ({ blobId, actor: 'врач' })

  it('sends when the last of them has been accepted', async () => {
    const world = newWorld({
      signDocument: signed(2),
      verifySignature: inTurn<{ accepted: true; missing: number }>(
        { accepted: true, missing: 1 },
        { accepted: true, missing: 0 },
      ),
    })
    await world.run({
      meanwhile: async (run) => {
        await run.reaches('awaiting-signatures')
        expect(await run.update('addSignature', add('one'))).toEqual({ accepted: true })
        expect(await run.reaches('awaiting-signatures')).toMatchObject({
          phase: 'awaiting-signatures',
        })
        expect(run.steps()).not.toContain('sendDocument')
        expect(await run.update('addSignature', add('two'))).toEqual({ accepted: true })
      },
    })
    expect(world.inputs('verifySignature')).toMatchObject([
      { blobId: 'one', key: { round: 1 } },
      { blobId: 'two', key: { round: 2 } },
    ])
    expect(world.count('sendDocument')).toBe(1)
  })

  it('says why one is not accepted, and goes on waiting', async () => {
    const world = newWorld({
      signDocument: signed(1),
      verifySignature: inTurn<
        { accepted: true; missing: number } | { accepted: false; code: string }
      >({ accepted: false, code: 'signature-repeated' }, { accepted: true, missing: 0 }),
    })
    await world.run({
      meanwhile: async (run) => {
        await run.reaches('awaiting-signatures')
        expect(await run.update('addSignature', add('bad'))).toEqual({
          accepted: false,
          code: 'signature-repeated',
        })
        await run.reaches('awaiting-signatures')
        await run.update('addSignature', add('good'))
      },
    })
    expect(world.count('sendDocument')).toBe(1)
  })

  it('verifies two that arrive together one after the other: each counts what is missing then', async () => {
    const door = latch()
    let missing = 2
    const world = newWorld({
      signDocument: signed(2),
      verifySignature: async () => {
        await door.opened
        missing -= 1
        return { accepted: true, missing }
      },
    })
    await world.run({
      meanwhile: async (run) => {
        await run.reaches('awaiting-signatures')
        await Promise.all([
          run.press('addSignature', add('one')),
          run.press('addSignature', add('two')),
        ])
        // Both are accepted, and only the first is being verified.
        const scheduled = (await run.firstRun()).filter(
          ({ activityTaskScheduledEventAttributes: activity }) =>
            activity?.activityType?.name === 'verifySignature',
        )
        expect(scheduled).toHaveLength(1)
        door.open()
      },
    })
    expect(world.count('verifySignature')).toBe(2)
    expect(world.count('sendDocument')).toBe(1)
  })

  it('fails the button and not the run when a signature cannot be verified', async () => {
    const world = newWorld({
      signDocument: signed(1),
      verifySignature: inTurn<{ accepted: true; missing: number }>(
        failing('content-unreadable', 'permanent'),
        { accepted: true, missing: 0 },
      ),
    })
    await world.run({
      meanwhile: async (run) => {
        await run.reaches('awaiting-signatures')
        await expect(run.update('addSignature', add('one'))).rejects.toThrow()
        await run.update('addSignature', add('one'))
      },
    })
    expect(world.count('sendDocument')).toBe(1)
  })

  it('becomes a task for a person after the deadline, whose retry waits for the signature anew', async () => {
    const world = newWorld({ signDocument: signed(1) })
    await world.run({
      onceHeld: async (run) => {
        await run.reaches('needs-attention')
        const { at } = run.calls.find(({ step }) => step === 'raiseAttention') ?? { at: 0 }
        const { at: signedAt } = run.calls.find(({ step }) => step === 'signDocument') ?? { at: 0 }
        expect(at - signedAt).toBeGreaterThanOrEqual(7 * DAY)
        await run.press('retry')
        await run.press('addSignature', add('late'))
      },
    })
    expect(world.count('sendDocument')).toBe(1)
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('goes back to the check when the consent is lost meanwhile', async () => {
    const world = newWorld({
      signDocument: signed(1),
      checkConsent: inTurn<{ kind: 'refused' } | { kind: 'active'; consentId: string }>(
        { kind: 'active', consentId: CONSENT_ID },
        { kind: 'refused' },
      ),
    })
    const end = await world.run({
      meanwhile: async (run) => {
        await run.reaches('awaiting-signatures')
        await run.consentIs('expired')
      },
    })
    expect(end).toEqual({ phase: 'cancelled', reason: 'consent-refused' })
    expect(world.count('voidDocument')).toBe(1)
    expect(world.steps()).not.toContain('sendDocument')
  })
})
