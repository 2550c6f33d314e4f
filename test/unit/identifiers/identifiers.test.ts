import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseInn } from '../../../domain/identifiers/inn.ts'
import { parseKpp } from '../../../domain/identifiers/kpp.ts'
import { parseOgrn, parseOgrnip } from '../../../domain/identifiers/ogrn.ts'
import { parseOkpo } from '../../../domain/identifiers/okpo.ts'
import { parsePolicyNumber } from '../../../domain/identifiers/policy-number.ts'
import { parseSnils } from '../../../domain/identifiers/snils.ts'

/** Numbers published as valid, and one wrong number for each way of being wrong. */
const CASES = {
  СНИЛС: {
    parse: parseSnils,
    valid: [
      '11223344595',
      '19702774500', // sum above 101
      '30025146900', // sum of exactly 101
      '21204338300', // sum of exactly 100
      '02191798759',
      '96155474337',
      '08765430300',
      '91426037586',
      '00100199899', // before check digits were introduced
    ],
    digits: ['1122334459A', ''],
    length: ['1122334459', '112233445950'],
    checksum: ['11223344596', '25463625426', '15287361414', '52415377322', '00000000000'],
  },
  ИНН: {
    parse: parseInn,
    valid: [
      '7830002293',
      '3664069397',
      '7707083893',
      '7703206417',
      '7736207543',
      '500100732259',
      '302502032671',
      '771002344404',
    ],
    digits: ['770708389X'],
    length: ['77070838931', '770708389'],
    checksum: ['7707083894', '500100732258', '500100732269'],
  },
  ОГРН: {
    parse: parseOgrn,
    valid: ['1151232294620', '1138218667113', '1027739054420', '1037734008575', '1027700132195'],
    digits: ['2027700132195', '102770013219O'],
    length: ['102770013219'],
    checksum: ['1027700132196'],
  },
  ОГРНИП: {
    parse: parseOgrnip,
    valid: ['315850060115169', '314833285032522', '304500116000157'],
    digits: ['115850060115169'],
    length: ['3158500601151'],
    checksum: ['315850060115168'],
  },
  ОКПО: {
    parse: parseOkpo,
    valid: ['01911519', '00032537', '0000000000'],
    digits: ['0191151Ж'],
    length: ['019115190'],
    checksum: ['01911518', '75966730'],
  },
  ЕНП: {
    parse: parsePolicyNumber,
    valid: ['2341998071655749', '7852550822000095', '4819778900000211'],
    digits: ['234199807165574X'],
    length: ['234199807165574'],
    checksum: ['2341998071655748'],
  },
} as const

describe.each(Object.entries(CASES))('%s', (_name, { parse, valid, ...faults }) => {
  it.each(valid)('accepts %s', (number) => {
    expect(parse(number)).toEqual({ ok: true, value: number })
  })

  it.each(
    Object.entries(faults).flatMap(([fault, numbers]) =>
      numbers.map((number: string) => [number, fault] as const),
    ),
  )('refuses "%s" as %s', (number, fault) => {
    expect(parse(number)).toEqual({ ok: false, error: fault })
  })

  it('ignores spaces and hyphens', () => {
    const number = valid[0]
    const spaced = `${number.slice(0, 3)}-${number.slice(3, 6)} ${number.slice(6)}`
    expect(parse(spaced)).toEqual({ ok: true, value: number })
  })

  it('notices every change of a single digit', () => {
    const number = valid[0]
    const last = number.length - 1
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), (shift) => {
        const changed = number.slice(0, last) + ((Number(number[last]) + shift) % 10)
        expect(parse(changed)).toEqual({ ok: false, error: 'checksum' })
      }),
    )
  })

  it('answers any text without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parse(text).ok === 'boolean'))
  })
})

describe('ОКПО with a first remainder of 10', () => {
  it('weighs the digits from 3', () => {
    const found = Array.from({ length: 200 }, (_, n) => String(n).padStart(7, '0')).filter(
      (head) =>
        [...head].reduce((sum, digit, index) => sum + Number(digit) * (index + 1), 0) % 11 === 10,
    )
    expect(found.length).toBeGreaterThan(5)
    for (const head of found) {
      const second =
        [...head].reduce((sum, digit, index) => sum + Number(digit) * (index + 3), 0) % 11
      expect(parseOkpo(head + (second % 10)).ok).toBe(true)
    }
  })
})

describe('КПП', () => {
  it.each(['514944513', '0108A4934', ' 770701001 '])('accepts "%s"', (text) => {
    expect(parseKpp(text)).toEqual({ ok: true, value: text.trim() })
  })
  it.each(['51494451', '5149445130', '0108a4934', 'A14944513', ''])('refuses "%s"', (text) => {
    expect(parseKpp(text)).toEqual({ ok: false, error: 'format' })
  })
})
