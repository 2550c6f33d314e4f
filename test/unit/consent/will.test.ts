import { describe, expect, it } from 'vitest'
import {
  covers,
  expressed,
  expressionsIn,
  latestOf,
  stateOf,
} from '../../../domain/consent/registered-consent.ts'
import { newestWill, settle, toKey } from '../../../domain/consent/will.ts'
import { at, consent, NOW, partial } from './consents.ts'

const yes = (time: string, byDay = false) => expressed('yes', `yes ${time}`, at(time), byDay)
const no = (time: string, byDay = false) => expressed('no', `no ${time}`, at(time), byDay)

describe('the newest will', () => {
  it('is what was expressed last, in whatever order it was learnt', () => {
    const [first, second, third] = [yes('01-10T10:00'), no('03-01T09:00'), yes('06-01T10:00')]
    for (const order of [
      [first, second, third],
      [third, second, first],
      [second, third, first],
    ])
      expect(newestWill(order)).toEqual({ kind: 'yes', newest: third })
    expect(newestWill([first, second])).toEqual({ kind: 'no', newest: second })
    expect(newestWill([])).toEqual({ kind: 'none' })
  })

  it('is unclear where yes and no were expressed at one moment', () => {
    const will = newestWill([yes('06-01T10:00'), no('06-01T10:00'), yes('01-10T10:00')])
    expect(will).toMatchObject({ kind: 'unclear', between: [{}, {}] })
  })

  it('is unclear where yes and no were expressed on one day of which only the day is known', () => {
    expect(newestWill([yes('06-01T10:00'), no('06-01T00:00', true)]).kind).toBe('unclear')
    expect(newestWill([no('06-01T10:00'), yes('06-01T00:00', true)]).kind).toBe('unclear')
    expect(newestWill([no('06-01T10:00'), yes('06-02T00:00', true)]).kind).toBe('yes')
    expect(newestWill([yes('06-01T10:00'), no('05-31T00:00', true)]).kind).toBe('yes')
    // What came certainly later than both makes it clear.
    const later = [yes('06-01T10:00'), no('06-01T00:00', true), yes('06-02T00:00')]
    expect(newestWill(later).kind).toBe('yes')
  })

  it('is clear where all that can be the newest agree', () => {
    expect(newestWill([yes('06-01T10:00'), yes('06-01T00:00', true)]).kind).toBe('yes')
    expect(newestWill([no('06-01T10:00'), no('06-01T00:00', true)]).kind).toBe('no')
  })
})

describe('what a person decides', () => {
  const [given, taken] = [yes('06-01T10:00'), no('06-01T10:00')]
  const unclear = newestWill([given, taken])
  const decision = (says: 'yes' | 'no', ...between: (typeof given)[]) => [
    { analyses: ['ОАК'], between: between.map(toKey), says },
  ]

  it.each([
    ['yes', given],
    ['no', taken],
  ] as const)('settles what is unclear: %s', (says, newest) => {
    expect(settle(unclear, 'ОАК', decision(says, given, taken))).toEqual({ kind: says, newest })
  })

  it('does not settle another analysis, or what has become unclear since', () => {
    expect(settle(unclear, 'ВИЧ', decision('yes', given, taken))).toBe(unclear)
    const more = newestWill([given, taken, expressed('no', 'another', given.from)])
    expect(settle(more, 'ОАК', decision('yes', given, taken))).toBe(more)
  })

  it('does not touch what is clear', () => {
    const clear = newestWill([taken])
    expect(settle(clear, 'ОАК', decision('yes', given, taken))).toBe(clear)
  })
})

describe('what the register says about an analysis', () => {
  const will = (analysis: string, ...consents: ReturnType<typeof consent>[]) =>
    newestWill(expressionsIn(consents, analysis, NOW))

  it('a withdrawal today outweighs a partial consent of June, for all that it covered', () => {
    const withdrawn = consent({ withdrawnAt: at('08-01T09:00') })
    expect(will('ОАК', partial(), withdrawn)).toMatchObject({ kind: 'no', newest: { by: 'full' } })
    expect(will('ВИЧ', partial(), withdrawn)).toMatchObject({ kind: 'no' })
  })

  it('a consent given after the withdrawal counts again, for what it covers', () => {
    const withdrawn = consent({ withdrawnAt: at('03-01T09:00') })
    expect(will('ОАК', partial(), withdrawn)).toMatchObject({
      kind: 'yes',
      newest: { by: 'partial' },
    })
    expect(will('ВИЧ', partial(), withdrawn)).toMatchObject({ kind: 'no' })
  })

  it('a partial consent withdrawn takes back what it covered, and nothing else', () => {
    const withdrawn = partial({ withdrawnAt: at('07-01T09:00') })
    expect(will('ОАК', withdrawn, consent())).toMatchObject({ kind: 'no' })
    expect(will('ВИЧ', withdrawn, consent())).toMatchObject({ kind: 'yes' })
  })

  it('a term that ran out takes nothing back: the older consent counts', () => {
    const ranOut = partial({ validUntil: at('07-01T00:00') })
    expect(will('ОАК', ranOut, consent())).toMatchObject({ kind: 'yes', newest: { by: 'full' } })
    expect(will('ОАК', ranOut)).toEqual({ kind: 'none' })
    const both = [ranOut, consent({ withdrawnAt: at('03-01T09:00') })]
    expect(will('ОАК', ...both)).toMatchObject({ kind: 'no' })
  })

  it('a withdrawal has no term, also that of a consent that had run out', () => {
    const gone = consent({ validUntil: at('02-01T00:00'), withdrawnAt: at('03-01T09:00') })
    expect(will('ОАК', gone)).toMatchObject({ kind: 'no' })
  })

  it('what only the service has told of says nothing by itself, but can be withdrawn', () => {
    const told = partial({ source: 'service' })
    expect(will('ОАК', told)).toEqual({ kind: 'none' })
    expect(will('ОАК', { ...told, withdrawnAt: at('07-01T00:00') })).toMatchObject({ kind: 'no' })
  })
})

it('a partial consent covers what it names', () => {
  expect(covers({ scope: 'full', analyses: [] }, 'ОАК')).toBe(true)
  expect(covers({ scope: 'partial', analyses: ['ОАК'] }, 'ОАК')).toBe(true)
  expect(covers({ scope: 'partial', analyses: ['ОАК'] }, 'ВИЧ')).toBe(false)
})

it('a consent without a term does not expire, and a withdrawn one is no longer anything else', () => {
  const state = (validUntil: Date | null, withdrawnAt: Date | null = null) =>
    stateOf({ validUntil, withdrawnAt }, NOW)
  expect(state(null)).toBe('active')
  expect(state(at('08-02T00:00'))).toBe('active')
  expect(state(NOW)).toBe('expired')
  expect(state(at('08-02T00:00'), at('07-01T00:00'))).toBe('withdrawn')
})

it('a day lasts until the moment before the next', () => {
  expect(latestOf(at('06-01T00:00'), true)).toEqual(new Date(at('06-02T00:00').getTime() - 1))
  expect(latestOf(NOW, false)).toBe(NOW)
})
