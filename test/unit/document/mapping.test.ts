import { describe, expect, it } from 'vitest'
import { type MappingRow, MappingTable, mapObservations } from '../../../domain/document/mapping.ts'
import { unitByName, unitByUcum } from '../../../domain/document/standard-units.ts'
import { observation, report } from './sample-report.ts'

function row(
  kind: MappingRow['kind'],
  codeSystem: string,
  code: string,
  target: string,
): MappingRow {
  return { kind, codeSystem, code, targetCode: target, targetName: `имя ${target}` }
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
})
