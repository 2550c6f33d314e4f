import { describe, expect, it } from 'vitest'
import { checkCodes } from '../../../domain/document/check-codes.ts'
import { codesIn, type MappingRow, MappingTable } from '../../../domain/document/mapping.ts'
import { CodeLists } from '../../../domain/document/official-codes.ts'
import type { Observation } from '../../../domain/report/report.ts'
import { LOADED, loaded } from './official-lists.ts'
import { observation, report } from './sample-report.ts'

const OWN = new CodeLists()
const row = (kind: MappingRow['kind'], code: string, targetCode: string, targetName: string) => ({
  ...{ kind, codeSystem: 'local', code, targetCode, targetName, confirmed: true },
})
const HGB = row('observation', 'HGB', '1017128', 'Гемоглобин общий')
const check = (rows: MappingRow[], observations: Observation[], lists = OWN) =>
  checkCodes(report({ observations }), new MappingTable(rows), lists)
const inUnit = (code: string, codeSystem?: string) =>
  observation({ value: { kind: 'quantity', value: '112', unit: { code, codeSystem } } })
const official = (code: string) => observation({ code, codeSystem: 'fsli' })
const AT_CODE = '/observations/0/code'
const AT_UNIT = '/observations/0/value/unit/code'

describe('the codes of a document', () => {
  it('are fine when lists and mappings agree', () => {
    expect(check([HGB], [observation()])).toEqual([])
    expect(check([HGB], [observation()], LOADED)).toEqual([])
    expect(check([HGB], [inUnit('g/L', 'UCUM'), official('1018128')])).toEqual([])
  })

  it('are left to mapObservations where there are none', () => {
    expect(check([], [observation({ value: undefined }), inUnit('попугай')])).toEqual([])
  })

  it('stop a value that would leave under another quantity', () => {
    const rows = [HGB, row('unit', 'г/л', '195', 'ммоль/л')]
    expect(check(rows, [observation()])).toMatchObject([
      { code: 'unit-dimension-differs', pointer: AT_UNIT, severity: 'error' },
      { code: 'unit-not-permitted', pointer: AT_UNIT },
    ])
  })

  it('stop a value that would leave as another amount', () => {
    const rows = [row('observation', 'HGB', '9000001', 'x'), row('unit', 'г/л', '61', 'мг/л')]
    expect(check(rows, [observation()])).toMatchObject([
      { code: 'unit-scale-differs', pointer: AT_UNIT },
    ])
  })

  it('stop a unit that the test may not have, and say which it may', () => {
    const [issue] = check([HGB], [inUnit('г/дл')])
    expect(issue).toMatchObject({ code: 'unit-not-permitted', pointer: AT_UNIT })
    expect(issue?.detail).toBe(
      'Единица «г/дл» не допускается для показателя 1017128: ожидается г/л',
    )
    const unknown = row('unit', 'u', '999999', 'г/ведро')
    expect(check([HGB, unknown], [inUnit('u')])).toMatchObject([{ code: 'unit-not-permitted' }])
    const renamed = row('unit', 'u', '999999', 'г/л')
    expect(check([HGB, renamed], [inUnit('u')])).toEqual([])
  })

  it('let a test without units of its own have any', () => {
    expect(check([], [{ ...inUnit('г/л'), code: '1163864', codeSystem: 'fsli' }])).toEqual([])
  })

  it('exist, also where the laboratory sends ФСЛИ itself', () => {
    expect(check([], [official('9999999')])).toEqual([])
    expect(check([], [official('9999999')], LOADED)).toMatchObject([
      { code: 'code-unknown', pointer: AT_CODE },
    ])
    const gone = row('observation', 'HGB', '1017862', 'Тромбоциты')
    expect(check([gone], [observation()], LOADED)).toMatchObject([
      { code: 'code-unknown', detail: expect.stringContaining('local HGB') },
    ])
    const unit = row('unit', 'u', '999999', 'u')
    expect(check([unit], [{ ...inUnit('u') }], LOADED)).toMatchObject([
      { code: 'code-unknown', pointer: AT_UNIT },
    ])
  })

  it('bear their own names where a mapping names them', () => {
    const misnamed = row('observation', 'HGB', '1017128', 'Тромбоциты')
    expect(check([misnamed], [observation()])).toMatchObject([
      { code: 'code-name-wrong', pointer: AT_CODE },
    ])
    expect(check([HGB, row('unit', 'u', '60', 'мг/л')], [inUnit('u')])).toMatchObject([
      { code: 'code-name-wrong', pointer: AT_UNIT },
    ])
    expect(check([], [official('1017128')])).toEqual([])
  })

  it('were fine yesterday and are not today, when the list has changed', () => {
    expect(check([HGB], [observation()], LOADED)).toEqual([])
    const without = loaded({ fsli: 'whole', units: 'whole' })
    expect(check([HGB], [observation()], without).map(({ code }) => code)).toEqual([
      'code-unknown',
      'code-unknown',
    ])
  })
})

describe('one test twice in a document', () => {
  const repeated = [{ code: 'code-repeated', pointer: '/observations/1/code' }]
  const panel = (code: string) => ({ panel: { code, codeSystem: 'local', name: code } })

  it('is an issue, by whatever codes it came', () => {
    expect(check([HGB], [observation(), observation()])).toMatchObject(repeated)
    expect(check([HGB], [observation(), official('1017128')])).toMatchObject(repeated)
    const both = [observation(panel('CBC')), observation(panel('CBC'))]
    expect(check([HGB], both)).toMatchObject(repeated)
  })

  it('is none in two panels, or where one of them was cancelled', () => {
    expect(check([HGB], [observation(panel('CBC')), observation(panel('BIO'))])).toEqual([])
    const cancelled = observation({ status: 'cancelled', value: undefined })
    expect(check([HGB], [cancelled, observation()])).toEqual([])
  })
})

it('every code of a report is looked up, and what its units mean in UCUM', () => {
  const alternative = { code: '718-7', codeSystem: 'LN', name: 'Hemoglobin' }
  const observations = [
    { ...inUnit('g/L', 'UCUM'), alternative },
    observation({ value: undefined }),
  ]
  expect(codesIn({ observations })).toEqual(['HGB', '718-7', 'g/L', '60'])
})
