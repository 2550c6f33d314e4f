import { describe, expect, it } from 'vitest'
import type { AssembleOutcome, SignOutcome } from '../../domain/submission/outcomes.ts'
import { CONSENT_ID } from '../support/sample-policy.ts'
import { failing, inTurn } from '../support/scripted-steps.ts'
import { worlds } from '../support/worlds.ts'

const newWorld = worlds()

function assembled(certificateSerial = 'A1', templateConfirmed = true): AssembleOutcome {
  return { kind: 'assembled', templateConfirmed, certificateSerial }
}
const ACTOR = { actor: 'врач' }

describe('assembling', () => {
  it('waits for the data to be put right, and goes through when the mapping was added', async () => {
    const world = newWorld({
      assembleDocument: inTurn<AssembleOutcome>(
        { kind: 'issues', codes: ['code-unmapped'] },
        assembled(),
      ),
    })
    await world.run({
      meanwhile: async (run) => {
        const progress = await run.reaches('needs-correction')
        expect(progress).toMatchObject({ reason: 'document-issues', version: 1 })
        await run.press('retry')
      },
    })
    expect(world.inputs('assembleDocument')).toMatchObject([
      { key: { version: 1, round: 1 } },
      { key: { version: 1, round: 2 } },
    ])
    expect(world.count('checkConsent')).toBe(2)
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('hands a document that cannot be made to a person, whose retry makes it', async () => {
    const world = newWorld({
      assembleDocument: inTurn<AssembleOutcome>(failing('glyph-missing', 'permanent'), assembled()),
      raiseAttention: async (_, run) => {
        await run.press('retry')
      },
    })
    await world.run()
    expect(world.inputs('raiseAttention')).toMatchObject([{ reason: 'glyph-missing' }])
    expect(world.count('assembleDocument')).toBe(2)
    expect(world.count('destroyRecord')).toBe(1)
  })
})

describe('awaiting approval', () => {
  const unconfirmed = () => newWorld({ assembleDocument: inTurn(assembled('A1', false)) })

  it('signs after a person has confirmed the first document of a template', async () => {
    const world = unconfirmed()
    await world.run({
      meanwhile: async (run) => {
        await run.reaches('awaiting-approval')
        expect(run.steps()).not.toContain('signDocument')
        await run.press('approve', ACTOR)
      },
    })
    expect(world.inputs('approveDocument')).toMatchObject([{ approved: true, actor: 'врач' }])
    expect(world.count('assembleDocument')).toBe(1)
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('asks nobody once the template is confirmed', async () => {
    const world = newWorld({
      assembleDocument: inTurn<AssembleOutcome>(assembled('A1', false), assembled()),
    })
    await world.run({
      meanwhile: async (run) => {
        await run.reaches('awaiting-approval')
        await run.press('reject')
        expect(await run.reaches('needs-correction')).toMatchObject({ reason: 'document-rejected' })
        await run.press('correct', { version: 2, actor: 'врач' })
      },
    })
    expect(world.inputs('approveDocument')).toMatchObject([{ approved: false }])
    expect(world.inputs('assembleDocument')).toMatchObject([
      { key: { version: 1 } },
      { key: { version: 2 } },
    ])
    expect(world.count('signDocument')).toBe(1)
  })

  it('goes back to the check when the consent is lost meanwhile', async () => {
    const world = newWorld({
      assembleDocument: inTurn(assembled('A1', false)),
      checkConsent: inTurn<{ kind: 'refused' } | { kind: 'active'; consentId: string }>(
        { kind: 'active', consentId: CONSENT_ID },
        { kind: 'refused' },
      ),
    })
    const end = await world.run({
      meanwhile: async (run) => {
        await run.reaches('awaiting-approval')
        await run.consentIs('withdrawn')
      },
    })
    expect(end).toEqual({ phase: 'cancelled', reason: 'consent-refused' })
    expect(world.count('checkConsent')).toBe(2)
    expect(world.steps()).not.toContain('signDocument')
  })
})

describe('signing', () => {
  it('makes the document anew when its stamp shows another certificate', async () => {
    const world = newWorld({
      assembleDocument: inTurn<AssembleOutcome>(assembled('A1'), assembled('B2')),
      signDocument: inTurn<SignOutcome>(
        { kind: 'stale' },
        { kind: 'signed', personalSignatures: 0 },
      ),
    })
    await world.run()
    expect(world.inputs('signDocument')).toMatchObject([
      { certificateSerial: 'A1', key: { round: 1 } },
      { certificateSerial: 'B2', key: { round: 2 } },
    ])
    expect(world.count('assembleDocument')).toBe(2)
  })

  it('hands an expired certificate to a person, whose retry signs', async () => {
    const world = newWorld({
      signDocument: inTurn<SignOutcome>(failing('certificate-expired', 'permanent'), {
        kind: 'signed',
        personalSignatures: 0,
      }),
    })
    await world.run({
      onceHeld: async (run) => {
        expect(await run.reaches('needs-attention')).toMatchObject({
          reason: 'certificate-expired',
        })
        expect(await run.details()).toContain('Срок действия сертификата подписи истёк')
        await run.press('retry')
      },
    })
    expect(world.inputs('raiseAttention')).toMatchObject([{ reason: 'certificate-expired' }])
    expect(world.told('needs-attention')).toBe(1)
    expect(world.inputs('signDocument')).toMatchObject([
      { key: { round: 1 } },
      { key: { round: 2 } },
    ])
    expect(world.count('assembleDocument')).toBe(1)
    expect(world.count('destroyRecord')).toBe(1)
  })
})
