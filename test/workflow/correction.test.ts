import { describe, expect, it } from 'vitest'
import type {
  AnswerOutcome,
  AssembleOutcome,
  SignOutcome,
} from '../../domain/submission/outcomes.ts'
import type { Phase } from '../../domain/submission/phase.ts'
import { UpdateName } from '../../workflows/names.ts'
import { POLICY } from '../support/sample-policy.ts'
import { failing, inTurn } from '../support/scripted-steps.ts'
import type { Overrides, World } from '../support/workflow-world.ts'
import { worlds } from '../support/worlds.ts'

const newWorld = worlds()
const CORRECTION = { version: 2, actor: 'врач' }

/** The first answer rejects, the second accepts. */
async function rejectsOnce(_: unknown, world: World): Promise<AnswerOutcome> {
  if (world.count('recordAnswer') === 1) return { kind: 'rejected' }
  return {
    kind: 'accepted',
    retainUntil: new Date((await world.now()) + POLICY.retentionMs).toISOString(),
  }
}
const answersEachVersion: Overrides['sendDocument'] = async ({ key }, world) => {
  await world.answered(`about-${key.version}`)
  return { kind: 'taken' }
}

describe('a corrected version', () => {
  it('goes the whole path again, with its version and fresh rounds in every key', async () => {
    const world = newWorld({ recordAnswer: rejectsOnce, sendDocument: answersEachVersion })
    await world.run({
      meanwhile: async (run) => {
        await run.reaches('needs-correction')
        await run.press('correct', CORRECTION)
      },
    })
    const steps = [
      'checkConsent',
      'assembleDocument',
      'signDocument',
      'sendDocument',
      'recordAnswer',
    ] as const
    for (const step of steps)
      expect(world.inputs(step), step).toMatchObject([
        { key: { version: 1, round: 1 } },
        { key: { version: 2, round: 1 } },
      ])
    expect(world.inputs('sealRecord')).toMatchObject([{ key: { version: 2 } }])
    expect(world.inputs('destroyRecord')).toMatchObject([{ key: { version: 2 } }])
    expect(world.told('document-available')).toBe(1)
  })

  it('is corrected once, however often the correction is delivered', async () => {
    const world = newWorld({ recordAnswer: rejectsOnce, sendDocument: answersEachVersion })
    await world.run({
      meanwhile: async (run) => {
        await run.reaches('needs-correction')
        await run.press('correct', CORRECTION)
        await run.press('correct', CORRECTION)
        await run.press('correct', { version: 1, actor: 'врач' })
      },
    })
    expect(world.count('sendDocument')).toBe(2)
    expect(world.count('recordAnswer')).toBe(2)
  })

  it('is not waited for any longer when the registry has accepted after all', async () => {
    const world = newWorld({ recordAnswer: rejectsOnce, sendDocument: answersEachVersion })
    await world.run({
      meanwhile: async (run) => {
        await run.reaches('needs-correction')
        await run.answered('after-all')
      },
    })
    expect(world.count('sendDocument')).toBe(1)
    expect(world.count('sealRecord')).toBe(1)
  })

  it('is waited for while a person decides what the registry has said, and the answer is read again', async () => {
    const world = newWorld({
      sendDocument: answersEachVersion,
      recordAnswer: async (input, run): Promise<AnswerOutcome> => {
        if (run.count('recordAnswer') === 1) return { kind: 'rejected' }
        if (run.count('recordAnswer') === 2) return { kind: 'without-effect' }
        return await rejectsOnce(input, run)
      },
    })
    await world.run({
      meanwhile: async (run) => {
        await run.reaches('needs-correction')
        await run.answered('disputed')
        await expect.poll(() => run.count('recordAnswer')).toBe(2)
        await run.answered('disputed')
      },
    })
    expect(world.inputs('recordAnswer').map((input) => input.acknowledgementId)).toEqual([
      'about-1',
      'disputed',
      'disputed',
    ])
  })

  it('is not taken for answered by a late word on the version before', async () => {
    const world = newWorld({
      sendDocument: async ({ key }, run) => {
        await run.answered(`about-${key.version}`)
        return { kind: 'taken' }
      },
      recordAnswer: async (input, run) => {
        if (input.acknowledgementId === 'late-about-1') return { kind: 'outdated' }
        return await rejectsOnce(input, run)
      },
      signDocument: async ({ key }, run): Promise<SignOutcome> => {
        if (key.version === 2 && run.count('signDocument') === 2)
          throw failing('certificate-expired', 'permanent')
        return { kind: 'signed', personalSignatures: 0 }
      },
      raiseAttention: async (_, run) => {
        await run.answered('late-about-1')
      },
    })
    await world.run({
      meanwhile: async (run) => {
        await run.reaches('needs-correction')
        await run.press('correct', CORRECTION)
      },
      onceHeld: async (run) => {
        await run.sees(() => run.count('recordAnswer') >= 2)
        // Still held: nothing of version 2 has been signed, let alone sent.
        expect(await run.reaches('needs-attention')).toMatchObject({ version: 2 })
        expect(run.count('sendDocument')).toBe(1)
        await run.press('retry')
      },
    })
    expect(world.inputs('signDocument').at(-1)).toMatchObject({ key: { version: 2, round: 2 } })
    expect(world.inputs('sendDocument').at(-1)).toMatchObject({ key: { version: 2, round: 1 } })
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('is given up with everything undone', async () => {
    const world = newWorld({ recordAnswer: rejectsOnce, sendDocument: answersEachVersion })
    const end = await world.run({
      meanwhile: async (run) => {
        await run.reaches('needs-correction')
        await run.press('abandon', { actor: 'Оператор', reason: 'дубликат' })
      },
    })
    expect(end).toEqual({ phase: 'cancelled', reason: 'abandoned-by-operator' })
    expect(world.steps().slice(-2)).toEqual(['voidDocument', 'closeSubmission'])
    expect(world.inputs('voidDocument')).toMatchObject([{ reason: 'abandoned-by-operator' }])
  })
})

describe('a button is refused where it means nothing', () => {
  const DECISION = { actor: 'Оператор', reason: 'решено' }
  const ARGS = {
    approve: { actor: 'Оператор' },
    reject: DECISION,
    correct: CORRECTION,
    retry: DECISION,
    abandon: DECISION,
    addSignature: { blobId: 'blob', actor: 'врач' },
  } as const

  const issues: AssembleOutcome = { kind: 'issues', codes: ['code-unmapped'] }
  const unconfirmed: AssembleOutcome = {
    kind: 'assembled',
    templateConfirmed: false,
    certificateSerial: 'A1',
  }
  /** How a run gets to each phase it waits in, and what is possible there. */
  const STANDS: readonly (readonly [Phase, readonly string[], Overrides])[] = [
    ['awaiting-consent', ['abandon'], { checkConsent: inTurn({ kind: 'absent' as const }) }],
    ['awaiting-approval', ['approve', 'reject'], { assembleDocument: inTurn(unconfirmed) }],
    [
      'awaiting-signatures',
      ['addSignature'],
      { signDocument: inTurn<SignOutcome>({ kind: 'signed', personalSignatures: 1 }) },
    ],
    ['awaiting-acknowledgement', [], { sendDocument: inTurn({ kind: 'taken' as const }) }],
    ['needs-correction', ['correct', 'retry', 'abandon'], { assembleDocument: inTurn(issues) }],
    [
      'needs-attention',
      ['retry', 'abandon'],
      { assembleDocument: inTurn<AssembleOutcome>(failing('glyph-missing', 'permanent')) },
    ],
  ]

  it.each(STANDS)('%s takes %j and nothing else', async (phase, possible, overrides) => {
    const world = newWorld(overrides)
    await world.run({
      until: async (run) => {
        await run.reaches(phase)
        for (const name of Object.values(UpdateName)) {
          if (possible.includes(name)) continue
          await expect(run.update(name, ARGS[name]), name).rejects.toMatchObject({
            cause: { type: 'update-refused', details: [phase] },
          })
        }
        // None of them has moved the run.
        expect(await run.progress()).toMatchObject({ phase, version: 1 })
      },
    })
  })

  it('once somebody has decided, until the decision is carried out', async () => {
    const world = newWorld({
      assembleDocument: inTurn<AssembleOutcome>(failing('glyph-missing', 'permanent')),
      raiseAttention: async (_, run) => {
        await run.press('abandon')
        await expect(run.update('retry', DECISION)).rejects.toMatchObject({
          cause: { type: 'update-refused' },
        })
      },
    })
    expect(await world.run()).toMatchObject({ reason: 'abandoned-by-operator' })
    expect(world.count('assembleDocument')).toBe(1)
  })
})

it('answers the button when the run has moved on', async () => {
  const world = newWorld({
    assembleDocument: inTurn<AssembleOutcome>(
      { kind: 'issues', codes: ['code-unmapped'] },
      { kind: 'assembled', templateConfirmed: true, certificateSerial: 'A1' },
    ),
    sendDocument: inTurn({ kind: 'taken' as const }),
  })
  await world.run({
    until: async (run) => {
      await run.reaches('needs-correction')
      await run.update('retry', { actor: 'Оператор', reason: '' })
      expect(run.count('checkConsent')).toBe(2)
    },
  })
})

it('answers the button that ends a run when the run has ended, not seconds later', async () => {
  const world = newWorld({
    assembleDocument: inTurn<AssembleOutcome>({ kind: 'issues', codes: ['code-unmapped'] }),
  })
  await world.run({
    meanwhile: async (run) => {
      await run.reaches('needs-correction')
      const pressed = await run.now()
      await run.update('abandon', { actor: 'Оператор', reason: '' })
      expect((await run.now()) - pressed).toBeLessThan(2_500)
    },
  })
})
