import { describe, expect, test } from 'vitest'
import { type Head, outdates, ruleOnWord } from '../../../domain/intake/ruling.ts'
import type { KnownWord, Word } from '../../../domain/intake/word.ts'

const word = (facts: Partial<Word> = {}): Word => ({
  digest: '112',
  corrects: false,
  confirmed: true,
  ...facts,
})
const known = (submissionId: string, facts: Partial<Word> = {}): KnownWord => ({
  ...word(facts),
  submissionId,
})
/** What the laboratory has said so far, the last one being the last that counts. */
function rule(said: readonly KnownWord[], next: Word, head: Partial<Head> = {}) {
  const last = said.at(-1)
  if (!last) throw new Error('nothing said')
  return ruleOnWord(next, said, { ...last, waits: false, ...head })
}
const F112 = known('s1')
const C120 = known('s2', { digest: '120', corrects: true })

describe('a repeat', () => {
  test.each([
    ['the content that is newest already', [F112], word()],
    ['newest already, in a new message', [F112], word({ messageKey: 'm2', sentAt: 9 })],
    ['a late retry of the first, without any identity', [F112, C120], word()],
    [
      'the same message again, though its time is older',
      [known('s1', { messageKey: 'm1', sentAt: 1 }), known('s2', { digest: '120', sentAt: 2 })],
      word({ messageKey: 'm1', sentAt: 1 }),
    ],
    [
      'the same times again, where messages have no identity',
      [known('s1', { issuedAt: 1 }), known('s2', { digest: '120', corrects: true })],
      word({ issuedAt: 1 }),
    ],
    [
      'an older version with content that was heard before',
      [known('s1', { version: 1 }), known('s2', { digest: '120', version: 2 })],
      word({ version: 1, messageKey: 'anew' }),
    ],
  ])('%s', (_what, said, next) => {
    expect(rule(said, next).kind).toBe('repeated')
  })

  test('names the submission that holds it', () => {
    expect(rule([F112, C120], word())).toEqual({ kind: 'repeated', submissionId: 's1' })
  })
})

test('the last word said again later is confirmed: what comes late in between is older', () => {
  const said = [known('s1', { issuedAt: 1 })]
  expect(rule(said, word({ issuedAt: 3 }))).toEqual({
    ...{ kind: 'repeated', submissionId: 's1', confirms: true },
  })
  expect(rule(said, word({ issuedAt: 1 }))).not.toHaveProperty('confirms')
})

describe('the next word', () => {
  test.each([
    ['is marked as corrected', [F112], word({ digest: '120', corrects: true })],
    ['is marked, and so was the one before', [F112, C120], word({ digest: '130', corrects: true })],
    ['has a higher version', [known('s1', { version: 1 })], word({ digest: '120', version: 2 })],
    [
      'has a later time of the result',
      [known('s1', { issuedAt: 1, sentAt: 9 })],
      word({ digest: '120', issuedAt: 2, sentAt: 3 }),
    ],
    [
      'has a later time of the message',
      [known('s1', { sentAt: 1 })],
      word({ digest: '120', sentAt: 2 }),
    ],
    [
      'goes back to an earlier value, later',
      [known('s1', { corrects: true, sentAt: 1 }), known('s2', { digest: '120', sentAt: 2 })],
      word({ corrects: true, sentAt: 3 }),
    ],
    [
      'goes back to an earlier value in a message of its own',
      [
        known('s1', { corrects: true, messageKey: 'm1' }),
        known('s2', { digest: '120', corrects: true, messageKey: 'm2' }),
      ],
      word({ corrects: true, messageKey: 'm3' }),
    ],
  ])('%s', (_what, said, next) => {
    expect(rule(said, next).kind).toBe('next')
  })

  test('is whatever comes where new content is waited for', () => {
    expect(rule([F112], word({ digest: '120' }), { waits: true }).kind).toBe('next')
  })

  test('is the final result after a preliminary one, whatever its time', () => {
    const preliminary = known('s1', { confirmed: false, sentAt: 5 })
    expect(rule([preliminary], word({ digest: '120', sentAt: 3 })).kind).toBe('next')
  })
})

describe('a person decides', () => {
  test.each([
    ['other content that nothing puts in order', [F112], word({ digest: '120' })],
    [
      'a lower version with new content',
      [known('s1', { version: 2 })],
      word({ digest: '120', version: 1, corrects: true }),
    ],
    [
      'a correction that says what was corrected since, without identity or time',
      [known('s1', { corrects: true }), C120],
      word({ corrects: true }),
    ],
    [
      'an unmarked message of its own with an earlier value',
      [known('s1', { messageKey: 'm1' }), known('s2', { digest: '120', corrects: true })],
      word({ messageKey: 'm3' }),
    ],
    [
      'doubt about what was confirmed',
      [known('s1', { sentAt: 1 })],
      word({ digest: '120', confirmed: false, sentAt: 2 }),
    ],
  ])('%s', (_what, said, next) => {
    expect(rule(said, next).kind).toBe('contested')
  })
})

test('what is older and was never heard is recorded, and not sent', () => {
  const said = [
    known('s1', { sentAt: 1 }),
    known('s3', { digest: '130', corrects: true, sentAt: 3 }),
  ]
  expect(rule(said, word({ digest: '120', corrects: true, sentAt: 2 })).kind).toBe('outdated')
  expect(rule([F112], word({ digest: '1', confirmed: false })).kind, 'a late preliminary').toBe(
    'outdated',
  )
})

test('a word settles a contested one only when it came later', () => {
  const contested = known('s2', { digest: '115', sentAt: 5 })
  expect(outdates(word({ digest: '120', sentAt: 6 }), contested)).toBe(true)
  expect(outdates(word({ digest: '120', sentAt: 4, corrects: true }), contested)).toBe(false)
  expect(outdates(word({ digest: '120', corrects: true }), contested)).toBe(true)
  expect(outdates(word({ digest: '120' }), contested)).toBe(false)
})
