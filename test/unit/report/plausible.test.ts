import { describe, expect, it } from 'vitest'
import { reviewPlausibility } from '../../../domain/report/plausible.ts'
import { labReport } from '../../support/activity-data.ts'

const NOW = new Date('2026-06-01T12:00:00Z')
const review = (changes: object, issuedAt?: string) =>
  reviewPlausibility({ ...labReport('R-1'), ...changes }, issuedAt, NOW).map(
    ({ code, pointer }) => `${code} ${pointer}`,
  )
const { patient } = labReport('R-1')
const TOO_LATE = '2026-06-02T12:00:01Z'

describe('what cannot be true', () => {
  it.each([
    ['of tomorrow’s day after', { performedAt: '2030-01-01T10:00:00+03:00' }, '/performedAt'],
    ['of the year 9999', { performedAt: '9999-12-31T23:59:59Z' }, '/performedAt'],
    ['of before there were systems', { performedAt: '1969-12-31T23:59:59Z' }, '/performedAt'],
    ['ordered in the future', { order: { orderedAt: TOO_LATE } }, '/order/orderedAt'],
    ['taken in the future', { specimen: { collectedAt: TOO_LATE } }, '/specimen/collectedAt'],
    ['received in the future', { specimen: { receivedAt: TOO_LATE } }, '/specimen/receivedAt'],
  ])('a result %s', (_, changes, pointer) => {
    expect(review({ performedAt: '2026-06-01T10:00:00Z', ...changes })).toEqual([
      `time-implausible ${pointer}`,
    ])
  })

  it('a message and an observation of the future', () => {
    const [observation] = labReport('R-1').observations
    const observations = [observation, { ...observation, performedAt: TOO_LATE }]
    expect(review({ performedAt: '2026-06-01T10:00:00Z', observations }, TOO_LATE)).toEqual([
      'time-implausible /issuedAt',
      'time-implausible /observations/1/performedAt',
    ])
  })

  it.each(['0001-01-01', '1900-12-31', '2026-06-03'])('a birth on %s', (birthDate) => {
    const changes = { performedAt: '2026-06-01T10:00:00Z', patient: { ...patient, birthDate } }
    expect(review(changes)).toEqual(['birth-date-implausible /patient/birthDate'])
  })

  it('but a clock that is hours ahead, the oldest people and children born today are', () => {
    for (const birthDate of ['1901-01-01', '2026-06-01'])
      expect(
        review(
          { performedAt: '2026-06-02T11:59:59Z', patient: { ...patient, birthDate } },
          '2026-06-02T12:00:00Z',
        ),
      ).toEqual([])
  })
})
