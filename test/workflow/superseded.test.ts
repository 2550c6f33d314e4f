import { describe, expect, it } from 'vitest'
import type {
  AnswerOutcome,
  AssembleOutcome,
  SendOutcome,
  SignOutcome,
  WithdrawOutcome,
} from '../../domain/submission/outcomes.ts'
import type { Phase } from '../../domain/submission/phase.ts'
import { submissionWorkflowId } from '../../workflows/names.ts'
import { DAY } from '../support/sample-policy.ts'
import { failing, inTurn } from '../support/scripted-steps.ts'
import type { Overrides, World } from '../support/workflow-world.ts'
import { worlds } from '../support/worlds.ts'

const newWorld = worlds()
const SUPERSEDED = { phase: 'cancelled', reason: 'superseded' }
const silent = inTurn<SendOutcome>({ kind: 'taken' })
const assembled: AssembleOutcome = {
  kind: 'assembled',
  templateConfirmed: true,
  certificateSerial: 'A1',
}

const supersede =
  (reason = 'superseded') =>
  (world: World) =>
    world.handle().signal('superseded', { reason })
const supersedeIn =
  (phase: Phase, reason = 'superseded') =>
  async (world: World) => {
    await world.reaches(phase)
    await supersede(reason)(world)
  }

describe('a newer word of the laboratory', () => {
  const CASES: readonly (readonly [Phase, Overrides])[] = [
    ['awaiting-consent', { checkConsent: inTurn({ kind: 'absent' as const }) }],
    ['awaiting-approval', { assembleDocument: inTurn({ ...assembled, templateConfirmed: false }) }],
    [
      'awaiting-predecessor',
      { assembleDocument: inTurn<AssembleOutcome>({ kind: 'earlier-out' }) },
    ],
    [
      'needs-correction',
      { assembleDocument: inTurn<AssembleOutcome>({ kind: 'issues', codes: ['code-unmapped'] }) },
    ],
    [
      'awaiting-signatures',
      { signDocument: inTurn<SignOutcome>({ kind: 'signed', personalSignatures: 1 }) },
    ],
    [
      'needs-attention',
      { sendDocument: inTurn<SendOutcome>(failing('registry-access-denied', 'permanent')) },
    ],
  ]
  it.each(CASES)('ends what waits in %s: it never leaves', async (phase, overrides) => {
    const world = newWorld(overrides)
    expect(await world.run({ meanwhile: supersedeIn(phase) })).toEqual(SUPERSEDED)
    expect(world.inputs('closeSubmission')).toMatchObject([{ reason: 'superseded' }])
    expect(world.count('sendDocument')).toBe(phase === 'needs-attention' ? 1 : 0)
    expect(world.told('document-available')).toBe(0)
  })

  it('that comes while a step is under way stops the next one', async () => {
    const world = newWorld({
      signDocument: async (_, run) => {
        await supersede()(run)
        return { kind: 'signed', personalSignatures: 0 }
      },
    })
    expect(await world.run()).toEqual(SUPERSEDED)
    expect(world.count('sendDocument')).toBe(0)
    expect(world.count('voidDocument')).toBe(1)
  })

  it('is heard by the send itself, however late its message is', async () => {
    const world = newWorld({
      sendDocument: inTurn<SendOutcome>({ kind: 'superseded', reason: 'superseded' }),
    })
    expect(await world.run()).toEqual(SUPERSEDED)
  })

  it('has an unanswered document given back by the registry', async () => {
    const world = newWorld({ sendDocument: silent })
    expect(await world.run({ meanwhile: supersedeIn('awaiting-acknowledgement') })).toEqual(
      SUPERSEDED,
    )
    expect(world.inputs('withdrawDocument')).toMatchObject([{ reason: 'superseded' }])
    expect(world.told('result-withdrawn'), 'nobody acted on a wrong patient').toBe(0)
  })

  it('waits for the answer where the registry keeps it, and the patient is sent to no outrun document', async () => {
    const world = newWorld({
      sendDocument: silent,
      withdrawDocument: async (_, run) => {
        await run.answered()
        return { kind: 'refused' } satisfies WithdrawOutcome
      },
    })
    await world.run({ meanwhile: supersedeIn('awaiting-acknowledgement') })
    const heard = world.steps().filter((step) => /withdraw|recordAnswer/.test(step))
    expect(heard).toEqual(['withdrawDocument', 'recordAnswer'])
    expect(world.told('document-available')).toBe(0)
  })

  it('ends what the registry then refuses: nobody is asked to correct it', async () => {
    const world = newWorld({
      sendDocument: silent,
      recordAnswer: inTurn<AnswerOutcome>({ kind: 'rejected' }),
      withdrawDocument: async (_, run) => {
        await run.answered()
        return { kind: 'refused' } satisfies WithdrawOutcome
      },
    })
    expect(await world.run({ meanwhile: supersedeIn('awaiting-acknowledgement') })).toEqual(
      SUPERSEDED,
    )
  })
})

describe('a document that may be at the registry when its run ends', () => {
  it('and is kept there is waited for again, not handed to a person', async () => {
    const world = newWorld({
      sendDocument: inTurn<SendOutcome>(failing('registry-access-denied', 'permanent')),
      withdrawDocument: async (_, run) => {
        await run.answered()
        return { kind: 'refused' } satisfies WithdrawOutcome
      },
    })
    await world.run({ meanwhile: supersedeIn('needs-attention') })
    expect(world.count('recordAnswer')).toBe(1)
    expect(world.inputs('raiseAttention')).toMatchObject([{ reason: 'registry-access-denied' }])
  })
})

describe('what the set of a document says', () => {
  it('an earlier one is out: the answer about it wakes the run', async () => {
    const world = newWorld({
      assembleDocument: inTurn<AssembleOutcome>({ kind: 'earlier-out' }, assembled),
    })
    await world.run({
      meanwhile: async (run) => {
        await run.reaches('awaiting-predecessor')
        await run.handle().signal('wayCleared')
      },
    })
    expect(world.count('assembleDocument')).toBe(2)
    expect(world.count('sendDocument')).toBe(1)
  })

  it('an earlier one is out: the run looks by itself, should nobody wake it', async () => {
    const world = newWorld({
      assembleDocument: inTurn<AssembleOutcome>(
        { kind: 'earlier-out' },
        { kind: 'earlier-out' },
        assembled,
      ),
    })
    await world.run()
    expect(world.count('assembleDocument')).toBe(3)
  })

  it('a question is open: a person hears of it, and the answer sends the run on', async () => {
    const world = newWorld({
      sendDocument: inTurn<SendOutcome>({ kind: 'questioned' }, async () => ({ kind: 'taken' })),
    })
    await world.run({
      onceHeld: async (run) => {
        expect(await run.reaches('needs-attention')).toMatchObject({ reason: 'question-open' })
        await run.handle().signal('wayCleared')
        await run.reaches('awaiting-acknowledgement')
        await run.answered()
      },
    })
    expect(world.count('checkConsent'), 'time has passed').toBe(2)
    expect(world.count('sendDocument')).toBe(2)
  })

  it('another document has to be named as replaced: it is made anew', async () => {
    const world = newWorld({
      sendDocument: inTurn<SendOutcome>({ kind: 'changed' }, async () => {
        await world.answered()
        return { kind: 'taken' }
      }),
    })
    await world.run()
    expect([world.count('assembleDocument'), world.count('signDocument')]).toEqual([2, 2])
  })
})

describe('a result of another patient', () => {
  it('that has not left never does, and doctor and operator are told', async () => {
    const world = newWorld({ checkConsent: inTurn({ kind: 'absent' as const }) })
    const end = await world.run({ meanwhile: supersedeIn('awaiting-consent', 'other-patient') })
    expect(end).toEqual({ phase: 'cancelled', reason: 'other-patient' })
    expect(
      world
        .inputs('sendNotification')
        .filter(({ kind }) => kind === 'result-withdrawn')
        .map(({ recipient }) => recipient)
        .sort(),
    ).toEqual(['doctor', 'operator'])
  })

  async function retained(world: World) {
    const until = (await world.now()) + 1827 * DAY
    return await world.start('retainSubmission', submissionWorkflowId(world.submissionId), {
      submissionId: world.submissionId,
      version: 1,
      retainUntil: new Date(until).toISOString(),
    })
  }

  it('that is registered is withdrawn, and the record is kept all the same', async () => {
    const world = newWorld()
    const handle = await retained(world)
    await world.reaches('retained')
    await supersede('other-patient')(world)
    await handle.result()
    expect(world.inputs('withdrawDocument')).toMatchObject([
      { reason: 'other-patient', key: { step: 'withdraw-registered', round: 1 } },
    ])
    expect(world.told('result-withdrawn')).toBe(2)
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('that the registry will not withdraw is asked back daily, and a person sees it', async () => {
    const world = newWorld({
      withdrawDocument: inTurn<WithdrawOutcome>(
        { kind: 'refused' },
        { kind: 'refused' },
        { kind: 'withdrawn' },
      ),
    })
    const handle = await retained(world)
    await world.reaches('retained')
    await supersede('other-patient')(world)
    await handle.result()
    const asked = world.calls.filter(({ step }) => step === 'withdrawDocument')
    expect(asked).toHaveLength(3)
    expect((asked[2]?.at ?? 0) - (asked[0]?.at ?? 0)).toBeGreaterThanOrEqual(2 * DAY)
    expect(world.told('result-withdrawn'), 'once').toBe(2)
  })

  it('that has merely been corrected stays registered: the newer one replaces it there', async () => {
    const world = newWorld()
    const handle = await retained(world)
    await world.reaches('retained')
    await supersede()(world)
    await handle.result()
    expect(world.count('withdrawDocument')).toBe(0)
  })
})
