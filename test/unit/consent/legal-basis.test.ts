import { describe, expect, it } from 'vitest'
import {
  covers,
  findInRegister,
  hasExpired,
  type RegisteredConsent,
} from '../../../domain/consent/legal-basis.ts'

const NOW = new Date('2027-03-01T12:00:00+03:00')
const YESTERDAY = new Date('2027-02-28T12:00:00+03:00')
const TOMORROW = new Date('2027-03-02T12:00:00+03:00')

function consent(change: Partial<RegisteredConsent> = {}): RegisteredConsent {
  return {
    id: 'consent-1',
    number: 'С-1',
    scope: 'full',
    analyses: [],
    validUntil: null,
    status: 'active',
    ...change,
  }
}
const find = (...consents: RegisteredConsent[]) => findInRegister(consents, 'ОАК', NOW)

describe('the register of consents', () => {
  it.each([
    ['active', null, 'candidate'],
    ['active', TOMORROW, 'candidate'],
    ['active', YESTERDAY, 'lost'],
    ['active', NOW, 'lost'],
    ['expired', null, 'lost'],
    ['withdrawn', null, 'lost'],
    ['rejected', null, 'refused'],
  ] as const)('%s until %s is %s', (status, validUntil, kind) => {
    const only = consent({ status, validUntil })
    expect(find(only)).toEqual({ kind, consent: only })
  })

  it('knows nothing of a patient without consents, or with one about something else', () => {
    expect(find()).toEqual({ kind: 'none' })
    expect(find(consent({ scope: 'partial', analyses: ['ВИЧ'] }))).toEqual({ kind: 'none' })
  })

  it('takes the newest that covers the analysis', () => {
    const other = consent({ id: 'newest', scope: 'partial', analyses: ['ВИЧ'], status: 'rejected' })
    const newer = consent({ id: 'newer', scope: 'partial', analyses: ['ОАК'] })
    expect(find(other, newer, consent())).toEqual({ kind: 'candidate', consent: newer })
  })

  it.each(['rejected', 'withdrawn'] as const)('%s takes the older consent with it', (status) => {
    const newer = consent({ id: 'newer', status })
    expect(find(newer, consent())).toMatchObject({ consent: newer })
  })

  it.each([{ status: 'expired' }, { validUntil: YESTERDAY }] as const)(
    'a newer one that ran out (%j) takes nothing back',
    (change) => {
      const newer = consent({ id: 'newer', ...change })
      const older = consent({ id: 'older' })
      expect(find(newer, older)).toEqual({ kind: 'candidate', consent: older })
      expect(find(newer, consent({ status: 'withdrawn' }))).toMatchObject({ kind: 'lost' })
      // Nothing but consents that ran out: the newest of them is the one that was lost.
      expect(find(newer, consent({ status: 'expired' }))).toEqual({ kind: 'lost', consent: newer })
    },
  )
})

it('a partial consent covers what it names', () => {
  expect(covers({ scope: 'full', analyses: [] }, 'ОАК')).toBe(true)
  expect(covers({ scope: 'partial', analyses: ['ОАК'] }, 'ОАК')).toBe(true)
  expect(covers({ scope: 'partial', analyses: ['ОАК'] }, 'ВИЧ')).toBe(false)
})

it('a consent without a term does not expire', () => {
  expect(hasExpired({ validUntil: null }, NOW)).toBe(false)
  expect(hasExpired({ validUntil: TOMORROW }, NOW)).toBe(false)
  expect(hasExpired({ validUntil: YESTERDAY }, NOW)).toBe(true)
})
