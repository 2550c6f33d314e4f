import { describe, expect, it } from 'vitest'
import { inherit, type PastStep } from '../../../domain/submission/inheritance.ts'
import type { Phase } from '../../../domain/submission/phase.ts'

let minute = 0
const past = (step: string, outcome: unknown, round = 1): PastStep => {
  minute += 1
  return { step, round, outcome, at: new Date(minute * 60_000) }
}
const signed = (round = 1, personalSignatures = 0) => [
  past('check-consent', { kind: 'active', consentId: 'c-1' }, round),
  past('assemble', { kind: 'assembled', templateConfirmed: false, certificateSerial: 'A1' }, round),
  past('approve', null, round),
  past('sign', { kind: 'signed', personalSignatures }, round),
]
const taken = (round = 1) => past('send', { kind: 'taken' }, round)
const stepsOf = (steps: PastStep[], phase: Phase) =>
  inherit(steps, phase).outcomes.map(({ step }) => step)

describe('a run that replaces a lost one', () => {
  it('does everything when nothing was done', () => {
    expect(inherit([], 'checking-consent')).toEqual({
      firstRound: 1,
      outcomes: [],
      phase: 'checking-consent',
    })
  })

  it('does everything anew, under new rounds, while nothing was signed', () => {
    const steps = signed().slice(0, 3)
    expect(inherit(steps, 'signing')).toMatchObject({ firstRound: 2, outcomes: [] })
  })

  it('takes over consent, document and signature of what may have left, and sends as a repeat', () => {
    expect(inherit(signed(), 'sending')).toEqual({
      firstRound: 2,
      outcomes: [
        { step: 'check-consent', outcome: { kind: 'active', consentId: 'c-1' } },
        {
          step: 'assemble',
          outcome: { kind: 'assembled', templateConfirmed: true, certificateSerial: 'A1' },
        },
        { step: 'sign', outcome: { kind: 'signed', personalSignatures: 0 } },
      ],
      phase: 'sending',
    })
  })

  it('goes on waiting for the answer when the registry has the document', () => {
    const { outcomes, phase } = inherit([...signed(), taken()], 'awaiting-acknowledgement')
    expect(outcomes.at(-1)).toEqual({ step: 'send', outcome: { kind: 'taken' } })
    expect(phase).toBe('awaiting-acknowledgement')
  })

  it('takes the newest of each step, and what an earlier replacement took over', () => {
    const steps = [...signed(), taken(), ...signed(2), taken(2)]
    const { firstRound, outcomes } = inherit(steps, 'awaiting-acknowledgement')
    expect(firstRound).toBe(3)
    const again = outcomes.map(({ step, outcome }) => ({
      ...{ step, outcome, round: firstRound },
      at: new Date('2026-05-01T00:00:00Z'),
    }))
    expect(inherit([...steps, ...again], 'awaiting-acknowledgement')).toEqual({
      firstRound: 4,
      outcomes,
      phase: 'awaiting-acknowledgement',
    })
  })

  it('asks only for the personal signatures that are missing', () => {
    const steps = [
      ...signed(1, 2),
      past('verify-signature', { accepted: true, missing: 1 }, 1),
      past('verify-signature', { accepted: false, code: 'signature-untrusted' }, 2),
    ]
    const { outcomes, phase } = inherit(steps, 'awaiting-signatures')
    expect(outcomes.at(-1)).toEqual({
      step: 'sign',
      outcome: { kind: 'signed', personalSignatures: 1 },
    })
    expect(phase).toBe('awaiting-signatures')
  })

  it.each<[string, PastStep[], Phase]>([
    ['issues', [past('assemble', { kind: 'issues', codes: [] })], 'needs-correction'],
    ['a refusal', [...signed(), past('send', { kind: 'refused' })], 'needs-correction'],
    [
      'a rejection',
      [...signed(), taken(), past('record-answer', { kind: 'rejected' })],
      'needs-correction',
    ],
    [
      'a withdrawal',
      [...signed(), taken(), past('withdraw', { kind: 'withdrawn' })],
      'awaiting-acknowledgement',
    ],
    ['a lost basis', [...signed(), past('send', { kind: 'no-basis' })], 'checking-consent'],
    [
      'a document made anew',
      [...signed(), past('check-consent', { kind: 'active' }, 2)],
      'needs-attention',
    ],
  ])('does not repeat %s', (_, steps, phase) => {
    expect(stepsOf(steps, phase)).toEqual([])
    expect(inherit(steps, phase).phase).toBe('checking-consent')
  })

  it('goes on where a person was asked about a silent registry', () => {
    const steps = [...signed(), taken(), past('raise-attention', null)]
    expect(stepsOf(steps, 'needs-attention')).toEqual(['check-consent', 'assemble', 'sign', 'send'])
  })

  it('does not count failed tries, whose keys are made of round and try', () => {
    const steps = [
      ...signed(),
      past('attempt', null, 10_003),
      past('unanswered:check-consent', null, 20_001),
    ]
    expect(inherit(steps, 'sending').firstRound).toBe(2)
  })
})
