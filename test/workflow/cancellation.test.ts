import { describe, expect, it } from 'vitest'
import type {
  AssembleOutcome,
  SendOutcome,
  SignOutcome,
  WithdrawOutcome,
} from '../../domain/submission/outcomes.ts'
import type { Phase } from '../../domain/submission/phase.ts'
import { failing, inTurn, latch } from '../support/scripted-steps.ts'
import type { Overrides, World } from '../support/workflow-world.ts'
import { worlds } from '../support/worlds.ts'

const newWorld = worlds()
const CANCELLED = { phase: 'cancelled', reason: 'cancelled-by-operator' }
const silent = inTurn<SendOutcome>({ kind: 'taken' })

const cancelIn = (phase: Phase) => async (world: World) => {
  await world.reaches(phase)
  await world.handle().cancel()
}
const afterwards = (world: World) =>
  world.steps().filter((step) => /void|withdraw|close/.test(step))

describe('cancelling undoes what was done, newest first', () => {
  const unconfirmed: AssembleOutcome = {
    kind: 'assembled',
    templateConfirmed: false,
    certificateSerial: 'A1',
  }
  const CASES: readonly (readonly [Phase, readonly string[], Overrides])[] = [
    ['awaiting-consent', [], { checkConsent: inTurn({ kind: 'absent' as const }) }],
    ['awaiting-approval', [], { assembleDocument: inTurn(unconfirmed) }],
    [
      'needs-correction',
      [],
      { assembleDocument: inTurn<AssembleOutcome>({ kind: 'issues', codes: ['code-unmapped'] }) },
    ],
    [
      'awaiting-signatures',
      ['voidDocument'],
      { signDocument: inTurn<SignOutcome>({ kind: 'signed', personalSignatures: 1 }) },
    ],
    ['awaiting-acknowledgement', ['withdrawDocument', 'voidDocument'], { sendDocument: silent }],
    [
      'needs-attention',
      ['withdrawDocument', 'voidDocument'],
      { sendDocument: inTurn<SendOutcome>(failing('registry-access-denied', 'permanent')) },
    ],
  ]

  it.each(CASES)('%s: %j', async (phase, undone, overrides) => {
    const world = newWorld(overrides)
    expect(await world.run({ meanwhile: cancelIn(phase) })).toEqual(CANCELLED)
    expect(afterwards(world)).toEqual([...undone, 'closeSubmission'])
    for (const step of ['withdrawDocument', 'voidDocument', 'closeSubmission'] as const)
      for (const input of world.inputs(step))
        expect(input).toMatchObject({ reason: 'cancelled-by-operator' })
    expect(world.told('document-available')).toBe(0)
  })
})

describe('a step under way when the run is cancelled', () => {
  it('has ended before its trace is looked for: a send still on its way would be found by nobody', async () => {
    const sent = latch()
    const order: string[] = []
    const world = newWorld({
      sendDocument: async (_, run) => {
        await run.handle().cancel()
        await Promise.race([sent.opened, run.progress().then(() => run.progress())])
        order.push('sent')
        return { kind: 'taken' }
      },
      withdrawDocument: () => {
        order.push('withdrawal')
        sent.open()
        return Promise.resolve({ kind: 'withdrawn' })
      },
    })
    expect(await world.run()).toEqual(CANCELLED)
    expect(order).toEqual(['sent', 'withdrawal'])
  })
})

describe('a withdrawal that does not succeed', () => {
  const withdrawals = (...outcomes: (WithdrawOutcome | Error)[]): Overrides => ({
    sendDocument: silent,
    withdrawDocument: inTurn<WithdrawOutcome>(...outcomes),
  })

  it('is a task for a person when the registry refuses, and can be asked for again', async () => {
    const world = newWorld(withdrawals({ kind: 'refused' }, { kind: 'withdrawn' }))
    const end = await world.run({
      meanwhile: cancelIn('awaiting-acknowledgement'),
      onceHeld: async (run) => {
        expect(await run.reaches('needs-attention')).toMatchObject({ reason: 'withdrawal-refused' })
        // The run is being cancelled, and yet the button answers.
        await run.update('retry', { actor: 'Оператор', reason: '' })
      },
    })
    expect(end).toEqual(CANCELLED)
    expect(world.inputs('raiseAttention')).toMatchObject([{ reason: 'withdrawal-refused' }])
    expect(afterwards(world)).toEqual([
      'withdrawDocument',
      'withdrawDocument',
      'voidDocument',
      'closeSubmission',
    ])
    expect(world.inputs('withdrawDocument')).toMatchObject([
      { key: { round: 1 } },
      { key: { round: 2 } },
    ])
  })

  it('is a task for a person when it cannot be asked for, never swallowed', async () => {
    const world = newWorld({
      ...withdrawals(failing('registry-access-denied', 'permanent'), { kind: 'withdrawn' }),
      raiseAttention: async (_, run) => {
        await run.press('retry')
      },
    })
    const end = await world.run({ meanwhile: cancelIn('awaiting-acknowledgement') })
    expect(end).toEqual(CANCELLED)
    expect(world.inputs('raiseAttention')).toMatchObject([{ reason: 'registry-access-denied' }])
    expect(world.count('withdrawDocument')).toBe(2)
  })

  it('is left to a person who ends it as it stands', async () => {
    const world = newWorld({
      ...withdrawals({ kind: 'refused' }),
      raiseAttention: async (_, run) => {
        await run.press('abandon')
      },
    })
    expect(await world.run({ meanwhile: cancelIn('awaiting-acknowledgement') })).toEqual(CANCELLED)
    expect(afterwards(world)).toEqual(['withdrawDocument', 'voidDocument', 'closeSubmission'])
  })

  it('is needless once the registry has rejected the document', async () => {
    const world = newWorld({
      ...withdrawals({ kind: 'refused' }),
      recordAnswer: inTurn<{ kind: 'rejected' }>({ kind: 'rejected' }),
      raiseAttention: async (_, run) => {
        await run.answered('rejected')
      },
    })
    expect(await world.run({ meanwhile: cancelIn('awaiting-acknowledgement') })).toEqual(CANCELLED)
    expect(afterwards(world)).toEqual(['withdrawDocument', 'voidDocument', 'closeSubmission'])
  })
})

it('hands a document that cannot be voided to a person, and the run does not fail', async () => {
  const world = newWorld({
    signDocument: inTurn<SignOutcome>({ kind: 'signed', personalSignatures: 1 }),
    voidDocument: inTurn<void>(failing('submission-not-found', 'permanent'), undefined),
    raiseAttention: async (_, run) => {
      await run.press('retry')
    },
  })
  expect(await world.run({ meanwhile: cancelIn('awaiting-signatures') })).toEqual(CANCELLED)
  expect(world.inputs('raiseAttention')).toMatchObject([{ reason: 'submission-not-found' }])
  expect(world.count('voidDocument')).toBe(2)
})

it('does not take back what people are being told', async () => {
  const closed = latch()
  const world = newWorld({
    checkConsent: inTurn({ kind: 'absent' as const }),
    sendNotification: async () => {
      await closed.opened
      return 'sent'
    },
    closeSubmission: () => {
      closed.open()
      return Promise.resolve()
    },
  })
  await world.run({
    meanwhile: cancelIn('awaiting-consent'),
    until: async (run) => {
      expect(await run.handle().result()).toEqual(CANCELLED)
      const news = run.handleOf(`notify-${run.submissionId}-1-consent-requested-1`)
      await news.result()
      const { events } = await news.fetchHistory()
      const cancelled = events?.some(
        (event) => event.workflowExecutionCancelRequestedEventAttributes,
      )
      expect(cancelled).toBe(false)
    },
  })
})
