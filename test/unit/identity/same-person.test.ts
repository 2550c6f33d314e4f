import { describe, expect, it } from 'vitest'
import { numbersOf } from '../../../domain/identity/numbers.ts'
import {
  isSamePerson,
  isShared,
  type NumberRuling,
  type Sighting,
} from '../../../domain/identity/same-person.ts'

const local = (number: string, authority = 'LIS') => ({ authority, number })
let time = 0
const seen = (numbers: Sighting['numbers'], refuted = false): Sighting => ({
  numbers,
  seenAt: ++time,
  refuted,
})
const same = (
  a: Sighting,
  b: Sighting,
  others: readonly Sighting[] = [],
  rulings: readonly NumberRuling[] = [],
) => {
  const register = { sightings: [a, b, ...others], rulings }
  expect(isSamePerson(b, a, register)).toBe(isSamePerson(a, b, register))
  return isSamePerson(a, b, register)
}

describe('the same person', () => {
  it('is told by the strongest number both state', () => {
    expect(same(seen({ snils: 'A', policy: 'P' }), seen({ snils: 'A', policy: 'Q' }))).toBe(true)
    expect(same(seen({ snils: 'A', policy: 'P' }), seen({ snils: 'B', policy: 'P' }))).toBe(false)
    expect(same(seen({ policy: 'P', local: local('1') }), seen({ policy: 'P' }))).toBe(true)
    expect(same(seen({ policy: 'P', local: local('1') }), seen({ local: local('1') }))).toBe(true)
    expect(same(seen({ local: local('1') }), seen({ local: local('1', 'LIS-2') }))).toBe(false)
  })

  it('is nobody without a common number', () => {
    expect(same(seen({}), seen({}))).toBe(false)
    expect(same(seen({ snils: 'A' }), seen({ policy: 'P' }))).toBe(false)
  })

  it('is nobody by a number that two СНИЛС have', () => {
    const numbers = { policy: 'P', local: local('1') }
    const [holder, weak] = [seen({ snils: 'A', ...numbers }), seen(numbers)]
    expect(same(holder, weak)).toBe(true)
    expect(same(holder, weak, [seen({ snils: 'B', policy: 'P' })])).toBe(false)
    expect(
      same(holder, seen({ local: local('1') }), [seen({ snils: 'B', local: local('1') })]),
    ).toBe(false)
  })

  it('is nobody by a local number that two policies have, unless one СНИЛС has both', () => {
    const weak = seen({ local: local('1') })
    const [one, two] = ['P', 'Q'].map((policy) => seen({ policy, local: local('1') }))
    if (!one || !two) throw new Error('no sightings')
    expect(same(one, weak, [two])).toBe(false)
    const renewed = ['P', 'Q'].map((policy) => seen({ snils: 'A', policy, local: local('1') }))
    expect(same(renewed[0] ?? weak, weak, renewed)).toBe(true)
  })

  it('is nobody once a person has refuted the identity', () => {
    expect(same(seen({ snils: 'A' }, true), seen({ snils: 'A' }))).toBe(false)
  })

  it('is known again when a person says that a shared number is one person’s, until somebody else comes with it', () => {
    const [a, b, weak] = [
      seen({ snils: 'A', policy: 'P' }),
      seen({ snils: 'B', policy: 'P' }),
      seen({ policy: 'P' }),
    ]
    const rulings = [{ number: 'P', ruling: 'one-person' as const, decidedAt: ++time }]
    expect(same(a, weak, [b], rulings)).toBe(true)
    expect(same(a, weak, [b, seen({ snils: 'C', policy: 'P' })], rulings)).toBe(false)
  })

  it('is never known by a number of several people, even when one of them is forgotten', () => {
    const number = local('1')
    const rulings = [{ number, ruling: 'several-people' as const, decidedAt: ++time }]
    const register = { sightings: [seen({ local: number })], rulings }
    expect(isShared('local', number, register)).toBe(true)
    expect(isShared('local', local('2'), register)).toBe(false)
    expect(isShared('policy', '1', register)).toBe(false)
  })
})

describe('the numbers of a patient', () => {
  const person = { familyName: 'Тестова', sex: 'female' } as const
  it('lose separators where they mean nothing, and keep them where they may', () => {
    const stated = { ...person, snils: '112-233-445 95', policy: '1234 5678', localId: ' 12-3' }
    expect(numbersOf(stated, 'LIS')).toEqual({
      snils: '11223344595',
      policy: '12345678',
      local: { authority: 'LIS', number: ' 12-3' },
    })
    expect(numbersOf({ ...stated, localIdSystem: 'HOSPITAL' }, 'LIS').local?.authority).toBe(
      'HOSPITAL',
    )
  })
  it('are absent where they are empty, and a local one where nobody says whose it is', () => {
    expect(numbersOf({ ...person, snils: '', policy: ' ', localId: '' }, 'LIS')).toEqual({})
    expect(numbersOf({ ...person, localId: '7' }, undefined)).toEqual({})
  })
})
