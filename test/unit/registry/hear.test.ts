import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BLANK,
  BOOK_WORDS,
  Dispute,
  type Entry,
  isRegistered,
  toBook,
  toWord,
} from '../../../domain/registry/book.ts'
import { hear, type Word } from '../../../domain/registry/hear.ts'
import { Phase } from '../../../domain/submission/phase.ts'
import { QUESTIONS } from '../../../domain/submission/question.ts'
import { STATUS_TEXT, toStatus } from '../../../domain/submission/status.ts'
import { Verdict } from '../../../domain/submission/verdict.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 9, minute))
type Answer = Extract<Word, { kind: 'answer' }>
const answer = (verdict: Verdict, changes: Partial<Answer> = {}): Answer => ({
  kind: 'answer',
  verdict,
  registryId: verdict === 'accepted' ? 'N-1' : null,
  answeredAt: at(10),
  receivedAt: at(11),
  numberTaken: false,
  saidOtherwise: false,
  ...changes,
})
const withdrawn = (arrived = true): Word => ({ kind: 'withdrawn', at: at(5), arrived })
const entryAfter = (...words: Word[]) => words.reduce(hear, BLANK)
const bookAfter = (...words: Word[]) => toBook(entryAfter(...words))

describe('a book', () => {
  it.each([
    ['nothing', [], { state: 'unsent' }],
    ['its departure', [{ kind: 'left', at: at(1) }], { state: 'out' }],
    [
      'a second departure',
      [
        { kind: 'left', at: at(1) },
        { kind: 'left', at: at(2) },
      ],
      { state: 'out' },
    ],
    ['a sign of life', [answer('processing')], { state: 'out' }],
    ['an acceptance', [answer('accepted')], { state: 'accepted', registryId: 'N-1' }],
    [
      'the same acceptance again',
      [answer('accepted'), answer('accepted')],
      { state: 'accepted', registryId: 'N-1' },
    ],
    ['a refusal', [answer('rejected')], { state: 'refused', verdict: 'rejected' }],
    [
      'a second refusal',
      [answer('clarification-required'), answer('rejected')],
      { state: 'refused', verdict: 'rejected' },
    ],
    ['a withdrawal', [answer('accepted'), withdrawn()], { state: 'withdrawn' }],
    ['a refusal after it', [withdrawn(), answer('rejected')], { state: 'withdrawn' }],
    [
      'an acceptance from before it',
      [withdrawn(), answer('accepted', { answeredAt: at(5) })],
      { state: 'withdrawn' },
    ],
    [
      'a number that comes later',
      [answer('accepted', { registryId: null }), answer('accepted')],
      { state: 'accepted', registryId: 'N-1' },
    ],
  ] as [string, Word[], object][])('after %s', (_, words, book) => {
    expect(bookAfter(...words)).toEqual(book)
  })

  it('keeps the first departure', () => {
    expect(entryAfter({ kind: 'left', at: at(1) }, { kind: 'left', at: at(2) }).leftAt).toEqual(
      at(1),
    )
  })

  it.each([
    ['accepted, then rejected', [answer('accepted'), answer('rejected')], 'accepted'],
    ['rejected, then accepted', [answer('rejected'), answer('accepted')], 'accepted'],
    ['accepted after a withdrawal', [withdrawn(), answer('accepted')], 'accepted'],
    [
      'accepted though it never had it',
      [withdrawn(false), answer('accepted', { answeredAt: at(4) })],
      'accepted',
    ],
    [
      'accepted under another number',
      [answer('accepted'), answer('accepted', { registryId: 'N-2' })],
      'accepted',
    ],
    [
      'one message, two contents',
      [answer('rejected'), answer('rejected', { saidOtherwise: true })],
      'refused',
    ],
  ] as [string, Word[], string][])('is contradicted: %s', (_, words, believed) => {
    const question = Dispute.contradicts
    expect(bookAfter(...words)).toMatchObject({
      state: 'contradicted',
      question,
      believed: { state: believed },
    })
  })

  it('does not believe an acceptance under a taken number', () => {
    const taken = answer('accepted', { numberTaken: true })
    const question = Dispute.numberTaken
    expect(bookAfter(taken)).toEqual({
      state: 'contradicted',
      question,
      believed: { state: 'out' },
    })
    expect(bookAfter(answer('accepted', { registryId: null }), taken)).toMatchObject({
      question,
      believed: { state: 'accepted', registryId: null },
    })
  })

  it('keeps the question that is open', () => {
    const words = [
      answer('accepted', { numberTaken: true }),
      answer('accepted'),
      answer('rejected'),
    ]
    expect(entryAfter(...words).disputed).toBe(Dispute.numberTaken)
  })

  it('follows a decision and a withdrawal', () => {
    const disputed = [answer('rejected'), answer('accepted')]
    const decided = { kind: 'decided' } as const
    expect(bookAfter(...disputed, { ...decided, decision: 'accepted', registryId: 'N-1' })).toEqual(
      {
        state: 'accepted',
        registryId: 'N-1',
      },
    )
    expect(
      bookAfter(...disputed, {
        ...decided,
        decision: 'refused',
        verdict: 'rejected',
        withdrawnAt: null,
      }),
    ).toEqual({ state: 'refused', verdict: 'rejected' })
    expect(bookAfter(...disputed, withdrawn())).toEqual({ state: 'withdrawn' })
  })

  it('of an unknown kind of word is an error', () => {
    expect(() => hear(BLANK, { kind: 'gossip' } as never)).toThrow('unexpected case')
  })
})

const word: fc.Arbitrary<Word> = fc.oneof(
  fc
    .record({
      verdict: fc.constantFrom(...Object.values(Verdict)),
      registryId: fc.constantFrom(null, 'N-1', 'N-2'),
      minute: fc.nat(9),
      numberTaken: fc.boolean(),
      saidOtherwise: fc.boolean(),
    })
    .map(({ verdict, minute, ...facts }) => answer(verdict, { ...facts, answeredAt: at(minute) })),
  fc.boolean().map(withdrawn),
  fc.nat(9).map((minute): Word => ({ kind: 'left', at: at(minute) })),
)
const words = fc.array(word, { maxLength: 12 })

describe('whatever a registry says', () => {
  it('what it holds is never forgotten: an acceptance that was believed stays until it is given back', () => {
    fc.assert(
      fc.property(words, (heard) => {
        let entry: Entry = BLANK
        let holds = false
        for (const next of heard) {
          const before = isRegistered(toBook(entry))
          entry = hear(entry, next)
          const isNew = next.kind === 'answer' && next.verdict === 'accepted' && !next.numberTaken
          if (next.kind === 'withdrawn') holds = false
          else if (before || (isNew && entry.withdrawnAt === null)) holds = true
          expect(isRegistered(toBook(entry))).toBe(holds)
        }
      }),
    )
  })

  it('a refusal of what it holds, and an acceptance of what it has refused, ask a person', () => {
    fc.assert(
      fc.property(words, fc.constantFrom(...Object.values(Verdict)), (heard, verdict) => {
        const before = entryAfter(...heard)
        const belief = toBook({ ...before, disputed: null })
        const book = toBook(hear(before, answer(verdict)))
        const contradicts =
          (belief.state === 'accepted' && verdict !== 'accepted' && verdict !== 'processing') ||
          (belief.state === 'refused' && verdict === 'accepted')
        if (contradicts) expect(book.state).toBe('contradicted')
      }),
    )
  })

  it('people see it: a status for every phase, verdict and book, and a dispute in every phase', () => {
    for (const phase of Object.values(Phase))
      for (const verdict of [undefined, ...Object.values(Verdict)]) {
        for (const book of [undefined, ...BOOK_WORDS])
          expect(STATUS_TEXT).toHaveProperty(toStatus(phase, verdict, book))
        expect(toStatus(phase, verdict, 'contradicted')).toBe('disputed')
      }
  })

  it('no ended submission is shown as accepted when it is not, nor as stopped when it is registered', () => {
    fc.assert(
      fc.property(words, fc.constantFrom(...Object.values(Verdict)), (heard, verdict) => {
        const book = toBook(entryAfter(...heard))
        const statuses = [Phase.retained, Phase.destroyed, Phase.cancelled].map((phase) =>
          toStatus(phase, verdict, toWord(book)),
        )
        if (book.state === 'accepted') expect(new Set(statuses)).toEqual(new Set(['accepted']))
        if (book.state === 'refused' || book.state === 'withdrawn')
          expect(statuses).not.toContain('accepted')
      }),
    )
  })
})

describe('a status', () => {
  it.each([
    [Phase.retained, 'withdrawn', 'withdrawn'],
    [Phase.retained, 'rejected', 'rejected'],
    [Phase.retained, 'correction-required', 'correction-required'],
    [Phase.notifying, 'clarification-required', 'clarification-required'],
    [Phase.needsCorrection, 'accepted', 'accepted'],
    [Phase.needsCorrection, 'clarification-required', 'clarification-required'],
    [Phase.cancelled, 'accepted', 'accepted'],
    [Phase.cancelled, 'rejected', 'rejected'],
    [Phase.cancelled, 'withdrawn', 'stopped'],
    [Phase.awaitingAcknowledgement, 'accepted', 'sent'],
  ] as const)('of %s with a book that says %s is %s', (phase, book, status) => {
    expect(toStatus(phase, undefined, book)).toBe(status)
  })

  it('every dispute has a question', () => {
    for (const code of Object.values(Dispute)) expect(QUESTIONS).toHaveProperty([code])
  })
})
