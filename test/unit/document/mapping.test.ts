import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MappingRow, MappingTable, mapObservations } from '../../../domain/document/mapping.ts'
import {
  STANDARD_UNITS,
  UCUM_SPELLINGS,
  unitByName,
  unitByUcum,
} from '../../../domain/document/standard-units.ts'
import { observation, report } from './sample-report.ts'

function row(
  kind: MappingRow['kind'],
  codeSystem: string,
  code: string,
  target: string,
): MappingRow {
  return {
    ...{ kind, codeSystem, code, targetCode: target, targetName: `имя ${target}` },
    confirmed: true,
  }
}
const HEMOGLOBIN = row('observation', 'local', 'HGB', '1017148')
const map = (rows: MappingRow[], ...observations: ReturnType<typeof observation>[]) =>
  mapObservations(report({ observations }), new MappingTable(rows))

describe('the tests of a report', () => {
  it('are mapped by the table of the laboratory, whatever the case of the code system', () => {
    const { mapped, issues } = map([HEMOGLOBIN], observation({ codeSystem: 'LOCAL' }))
    expect(issues).toEqual([])
    expect(mapped).toEqual([
      { fsliCode: '1017148', fsliName: 'имя 1017148', unit: { code: '60', name: 'г/л' } },
    ])
  })

  it.each(['fsli', 'FSLI'])('need no table when they come with an official code (%s)', (system) => {
    const { mapped } = map([], observation({ code: '1017148', codeSystem: system }))
    expect(mapped).toMatchObject([{ fsliCode: '1017148', fsliName: 'Гемоглобин' }])
  })

  it('are mapped by their second coding when the first is unknown', () => {
    const alternative = { code: '718-7', codeSystem: 'LN', name: 'Hemoglobin' }
    const { mapped, issues } = map(
      [row('observation', 'LN', '718-7', '1017148')],
      observation({ code: 'X', alternative }),
    )
    expect(issues).toEqual([])
    expect(mapped).toMatchObject([{ fsliCode: '1017148' }])
  })

  it('without a counterpart are named with what to do about it', () => {
    const { mapped, issues } = map(
      [],
      observation({ alternative: { code: 'Y', codeSystem: 'local', name: 'Y' } }),
    )
    expect(mapped).toEqual([])
    expect(issues).toEqual([
      {
        code: 'code-unmapped',
        pointer: '/observations/0/code',
        detail:
          'Код local HGB не сопоставлен с ФСЛИ: добавьте соответствие (POST /v1/code-mappings) и повторите',
        severity: 'error',
      },
    ])
  })

  it('wait for the second person, and are not looked up meanwhile', () => {
    const { mapped, issues } = map(
      [{ ...HEMOGLOBIN, confirmed: false }],
      observation(),
      observation({
        code: 'X',
        alternative: { code: 'HGB', codeSystem: 'local', name: 'Гемоглобин' },
      }),
    )
    expect(mapped).toEqual([])
    expect(issues).toMatchObject([
      { code: 'mapping-unconfirmed', pointer: '/observations/0/code' },
      { code: 'mapping-unconfirmed', pointer: '/observations/1/code' },
    ])
  })

  it('are nothing where two rows of one code disagree', () => {
    const other = row('observation', 'LOCAL', 'HGB', '1017149')
    const third = row('observation', 'Local', 'HGB', '1017148')
    for (const rows of [
      [HEMOGLOBIN, other],
      [other, HEMOGLOBIN],
      [HEMOGLOBIN, other, third],
    ])
      expect(map(rows, observation()).issues).toMatchObject([{ code: 'code-unmapped' }])
    expect(map([HEMOGLOBIN, third], observation()).issues).toEqual([])
  })

  it('with one unknown unit in many rows give one thing to map', () => {
    const strange = { kind: 'quantity', value: '1', unit: { code: 'попугай' } } as const
    const { issues } = map(
      [HEMOGLOBIN],
      observation({ value: strange }),
      observation({ value: strange }),
    )
    expect(issues).toMatchObject([
      { code: 'unit-unmapped', pointer: '/observations/0/value/unit/code' },
    ])
  })

  it('without a unit, or without a value, have none to map', () => {
    const { mapped, issues } = map(
      [HEMOGLOBIN],
      observation({ value: { kind: 'text', text: 'не обнаружено' } }),
      observation({ value: { kind: 'quantity', value: '7.4' } }),
      observation({ value: undefined, status: 'cancelled' }),
    )
    expect(issues).toEqual([])
    expect(mapped.map(({ unit }) => unit)).toEqual([null, null, null])
  })
})

describe('a unit', () => {
  const unit = (rows: MappingRow[], code: string, codeSystem?: string) =>
    new MappingTable(rows).unit({ code, codeSystem })

  it('is what the laboratory says it is, before what it looks like', () => {
    expect(unit([row('unit', 'local', 'г/л', '61')], 'г/л')).toMatchObject({ code: '61' })
  })

  it('keeps its common meaning while the laboratory’s own is not confirmed', () => {
    const waiting = { ...row('unit', 'local', 'Ед/л', '150'), confirmed: false }
    expect(unit([waiting], 'Ед/л')).toMatchObject({ code: '134' })
  })

  it('of an unconfirmed mapping stops the result by that name', () => {
    const value = { kind: 'quantity', value: '1', unit: { code: 'u', codeSystem: 'UCUM' } } as const
    for (const system of ['UCUM', 'local']) {
      const waiting = { ...row('unit', system, 'u', '150'), confirmed: false }
      expect(map([HEMOGLOBIN, waiting], observation({ value })).issues).toMatchObject([
        { code: 'mapping-unconfirmed', pointer: '/observations/0/value/unit/code' },
      ])
    }
  })

  it('of a named system is looked up there, then among the local ones', () => {
    const rows = [row('unit', 'acme', 'u', '134'), row('unit', 'local', 'v', '136')]
    expect(unit(rows, 'u', 'ACME')).toMatchObject({ code: '134' })
    expect(unit(rows, 'v', 'acme')).toMatchObject({ code: '136' })
    expect(unit(rows, 'w', 'acme')).toBeUndefined()
  })

  it('of UCUM is known by its code, another by its printed name', () => {
    expect(unit([], 'mmol/L', 'ucum')).toMatchObject({ code: '195' })
    expect(unit([], 'ммоль/л')).toMatchObject({ code: '195' })
    expect(unit([], 'mmol/L')).toBeUndefined()
  })
})

describe('spellings of one unit', () => {
  it.each([
    ['10*9/L', '322'],
    ['10^9/l', '322'],
    [' g/dL ', '572'],
    ['/uL', '307'],
    ['1/uL', '307'],
    ['10*3/uL{cells}', '313'],
    ['%{activity}', '53'],
    ['mm/h', '36'],
  ])('%s is %s', (spelling, code) => {
    expect(unitByUcum(spelling)?.code).toBe(code)
  })

  it('that means something else is not guessed', () => {
    expect(unitByUcum('mg')).toBeUndefined()
    expect(unitByUcum('{ratio}')).toBeUndefined()
    expect(unitByName('Г/Л')).toBeUndefined()
    expect(unitByName(' г/л ')).toEqual({ code: '60', name: 'г/л' })
  })

  it.each(['G/L', 'G/l', 'ML', 'Ml', 'S', 'MMOL/L', 'Mmol/L', 'PG', 'u/L', 'mG/L', '10*9/D'])(
    '%s is another unit, or none, and not the one it looks like in small letters',
    (spelling) => expect(unitByUcum(spelling)).toBeUndefined(),
  )

  it('are understood letter for letter: of two that differ by case, each is listed or is nothing', () => {
    const listed = new Map(UCUM_SPELLINGS.map((spelling) => [spelling, unitByUcum(spelling)?.code]))
    fc.assert(
      fc.property(
        fc.constantFrom(...UCUM_SPELLINGS),
        fc.infiniteStream(fc.boolean()),
        (spelling, flips) => {
          const other = [...spelling]
            .map((sign) => {
              const flipped = sign === sign.toLowerCase() ? sign.toUpperCase() : sign.toLowerCase()
              return flips.next().value ? flipped : sign
            })
            .join('')
          expect(unitByUcum(other)?.code).toBe(listed.get(other))
          // Both listed: the one unit, because no two units differ by case alone.
          if (listed.has(other)) expect(listed.get(other)).toBe(listed.get(spelling))
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('stand in the table once, and each is the unit of one row', () => {
    expect(new Set(UCUM_SPELLINGS).size).toBe(UCUM_SPELLINGS.length)
    expect(new Set(STANDARD_UNITS.map(({ code }) => code)).size).toBe(STANDARD_UNITS.length)
    expect(new Set(STANDARD_UNITS.map(({ name }) => name)).size).toBe(STANDARD_UNITS.length)
  })
})
