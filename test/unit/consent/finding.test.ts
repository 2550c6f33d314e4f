import { describe, expect, it } from 'vitest'
import { findBasis, isNumbered } from '../../../domain/consent/finding.ts'
import { at, consent, known, NOW, partial } from './consents.ts'

const find = (...about: Parameters<typeof known>) => findBasis(known(...about))
const withdrawn = consent({ withdrawnAt: at('07-01T10:00') })

describe('without a consent service', () => {
  it.each([
    ['a consent', [consent()], { kind: 'yes', consentId: 'full' }],
    ['none', [], { kind: 'absent' }],
    ['one about something else', [partial({ analyses: ['ВИЧ'] })], { kind: 'absent' }],
    [
      'one that ran out',
      [consent({ validUntil: NOW })],
      { kind: 'lost', why: 'expired', consentId: 'full' },
    ],
    ['a withdrawn one', [withdrawn], { kind: 'lost', why: 'withdrawn', consentId: 'full' }],
    [
      'a yes and a no of one moment',
      [withdrawn, partial({ givenAt: at('07-01T10:00') })],
      { kind: 'unclear', between: ['no full', 'yes partial'] },
    ],
    ['one that only a service told of', [partial({ source: 'service' })], { kind: 'absent' }],
  ] as const)('the register decides: %s', (_, consents, found) => {
    expect(find(consents)).toEqual(found)
  })
})

describe('what the service says of a consent in the register', () => {
  it.each([
    ['active', { kind: 'yes', consentId: 'full' }],
    ['expired', { kind: 'lost', why: 'expired', consentId: 'full' }],
    ['rejected', { kind: 'refused' }],
    ['unknown', { kind: 'absent' }],
  ] as const)('%s', (status, found) => {
    expect(find([consent()], { status })).toEqual(found)
  })

  it('a refusal older than the consent does not take it back; a newer one, or one without a time, does', () => {
    const rejected = (expressedAt?: Date) =>
      find([consent()], { status: 'rejected', expressedAt }).kind
    expect(rejected(at('01-09T10:00'))).toBe('yes')
    expect(rejected(at('01-10T10:00'))).toBe('unclear')
    expect(rejected(at('01-11T10:00'))).toBe('refused')
    expect(rejected()).toBe('refused')
    expect(rejected(at('12-01T10:00')), 'a time that has not come is none').toBe('refused')
  })

  it('a consent whose term is over is not active, whatever the word', () => {
    expect(find([consent()], { validUntil: NOW })).toMatchObject({ kind: 'lost', why: 'expired' })
    expect(find([], { validUntil: NOW })).toEqual({ kind: 'absent' })
  })

  it('another document than the register knows is the one that counts', () => {
    const other = { documentNumber: 'ЕПГУ-1' }
    expect(find([consent()], other)).toEqual({ kind: 'yes', consentId: undefined })
    expect(find([consent()], { documentNumber: 'С-1' })).toEqual({ kind: 'yes', consentId: 'full' })
  })
})

describe('what the service says where the register has no consent', () => {
  it.each([
    ['active', { kind: 'yes', consentId: undefined }],
    ['expired', { kind: 'absent' }],
    ['rejected', { kind: 'refused' }],
    ['unknown', { kind: 'absent' }],
  ] as const)('%s', (status, found) => {
    expect(find([], { status })).toEqual(found)
  })

  it.each([
    ['active', { kind: 'yes', consentId: undefined }],
    ['expired', { kind: 'lost', why: 'expired', consentId: 'full' }],
    ['rejected', { kind: 'refused' }],
    ['unknown', { kind: 'lost', why: 'expired', consentId: 'full' }],
  ] as const)('%s, and the one in the register ran out', (status, found) => {
    expect(find([consent({ validUntil: NOW })], { status })).toEqual(found)
  })

  it('a document that was withdrawn as a whole does not count for another analysis either', () => {
    const other = partial({ analyses: ['ВИЧ'], withdrawnAt: at('07-01T10:00') })
    const found = { kind: 'lost', why: 'withdrawn', consentId: 'partial' }
    expect(find([other], { documentNumber: 'С-2' })).toEqual(found)
    const since = { documentNumber: 'С-2', expressedAt: at('07-02T10:00') }
    expect(find([other], since)).toMatchObject({ kind: 'yes' })
    expect(find([other], { documentNumber: 'С-3' })).toMatchObject({ kind: 'yes' })
  })
})

describe('what the service says after a withdrawal in the register', () => {
  it.each([
    ['nothing of it', { status: 'unknown' }],
    ['no either', { status: 'rejected' }],
    ['expired', { status: 'expired' }],
    ['yes, without a document or a time', {}],
    ['yes, by the document that was withdrawn', { documentNumber: 'С-1' }],
    ['yes, of an earlier day', { documentNumber: 'ЕПГУ-1', expressedAt: at('06-30T10:00') }],
  ] as const)('does not bring it back: %s', (_, word) => {
    expect(find([withdrawn], word)).toEqual({ kind: 'lost', why: 'withdrawn', consentId: 'full' })
  })

  it('yes since then counts', () => {
    const since = { expressedAt: at('07-02T10:00') }
    expect(find([withdrawn], since)).toEqual({ kind: 'yes', consentId: undefined })
  })

  it('yes by an unknown document without a time is for a person to decide', () => {
    const word = { documentNumber: 'ЕПГУ-1' }
    const between = ['yes service:ЕПГУ-1', 'no full']
    expect(find([withdrawn], word)).toEqual({ kind: 'unclear', between })
    const decided = (says: 'yes' | 'no') =>
      find([withdrawn], word, { decisions: [{ analyses: ['ОАК'], between, says }] })
    expect(decided('yes')).toEqual({ kind: 'yes', consentId: undefined })
    expect(decided('no')).toEqual({ kind: 'lost', why: 'withdrawn', consentId: 'full' })
  })
})

describe('where the register is unclear', () => {
  const unclear = [withdrawn, partial({ givenAt: at('07-01T10:00') })]
  const between = ['no full', 'yes partial']
  it.each([
    ['a confirmation without a time', {}, 'unclear'],
    ['a refusal without a time', { status: 'rejected' }, 'unclear'],
    ['a confirmation since then', { expressedAt: at('07-02T10:00') }, 'yes'],
    ['a refusal since then', { status: 'rejected', expressedAt: at('07-02T10:00') }, 'refused'],
    ['an unknown consent', { status: 'unknown' }, 'unclear'],
  ] as const)('%s', (_, word, kind) => {
    expect(find(unclear, word).kind).toBe(kind)
  })

  it('a person’s yes holds as long as the service does not say no', () => {
    const decisions = [{ analyses: ['ОАК'], between, says: 'yes' as const }]
    expect(find(unclear, undefined, { decisions })).toEqual({ kind: 'yes', consentId: 'partial' })
    expect(find(unclear, {}, { decisions })).toEqual({ kind: 'yes', consentId: 'partial' })
    expect(find(unclear, { status: 'rejected' }, { decisions })).toEqual({ kind: 'refused' })
    expect(find(unclear, { status: 'unknown' }, { decisions })).toEqual({ kind: 'absent' })
  })
})

it('a number that was taken is told apart by the id behind it', () => {
  const told = partial({ source: 'service', number: 'ЕПГУ-1/partial' })
  expect(isNumbered(told, 'ЕПГУ-1')).toBe(true)
  expect(isNumbered({ ...told, source: 'register' }, 'ЕПГУ-1')).toBe(false)
  expect(isNumbered(told, undefined)).toBe(false)
})
