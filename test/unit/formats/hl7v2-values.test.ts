import { describe, expect, it } from 'vitest'
import { accept, label, message, observe, refusals } from './oru.ts'

const obx = (type: string, value: string, rest = '||||||F') =>
  `OBX|1|${type}|1017128^Гемоглобин^ФСЛИ||${value}${rest}`
const withUnit = '|г/л|||||F'

describe('OBX-5', () => {
  it.each([
    ['NM', '131.50', withUnit, { kind: 'quantity', value: '131.50', unit: { code: 'г/л' } }],
    ['NM', '5,1', withUnit, { kind: 'quantity', value: '5.1', unit: { code: 'г/л' } }],
    [
      'NM',
      '<0.5',
      withUnit,
      { kind: 'quantity', value: '0.5', comparator: '<', unit: { code: 'г/л' } },
    ],
    ['NM', 'отриц.', withUnit, { kind: 'text', text: 'отриц.' }],
    ['ST', '4.2', withUnit, { kind: 'quantity', value: '4.2', unit: { code: 'г/л' } }],
    ['ST', '4.2', undefined, { kind: 'text', text: '4.2' }],
    ['ST', 'не обнаружено', undefined, { kind: 'text', text: 'не обнаружено' }],
    ['TX', 'строка 1~строка 2', undefined, { kind: 'text', text: 'строка 1\nстрока 2' }],
    ['FT', 'раз\\.br\\два\\.sp2\\три', undefined, { kind: 'text', text: 'раз\nдва\n\nтри' }],
    ['CE', 'A01^обнаружено^ФСЛИ', undefined, coded('A01', 'fsli', 'обнаружено')],
    ['CWE', '260415000^Not detected^SCT', undefined, coded('260415000', 'SCT', 'Not detected')],
    ['CWE', '^не обнаружено', undefined, { kind: 'text', text: 'не обнаружено' }],
    ['CWE', 'A^а^L~B^б^L', undefined, { kind: 'text', text: 'а\nб' }],
    [
      'SN',
      '<^5',
      withUnit,
      { kind: 'quantity', value: '5', comparator: '<', unit: { code: 'г/л' } },
    ],
    ['SN', '^7.0', withUnit, { kind: 'quantity', value: '7.0', unit: { code: 'г/л' } }],
    [
      'SN',
      '^1^:^128',
      undefined,
      { kind: 'ratio', numerator: '1', denominator: '128', separator: ':' },
    ],
    ['SN', '^5^-^10', withUnit, { kind: 'range', low: '5', high: '10', unit: { code: 'г/л' } }],
    ['SN', '^2^+', undefined, { kind: 'text', text: '2+' }],
    ['SN', '<>^2', undefined, { kind: 'text', text: '<>2' }],
    ['ED', '^AP^PDF^Base64^JVBERg==', undefined, file('application/pdf', 'JVBERg==')],
    ['ED', '^IM^JPEG^Hex^FFD8', undefined, file('image/jpeg', '/9g=')],
    ['ED', '^TEXT^PLAIN^A^текст', undefined, file('text/plain', '0YLQtdC60YHRgg==')],
    ['DT', '20260301', undefined, { kind: 'text', text: '20260301' }],
  ] as const)('%s %s', (type, value, rest, expected) => {
    expect(observe(obx(type, value, rest)).value).toEqual(expected)
  })

  it('keeps text with separators that were not escaped', () => {
    expect(observe(obx('ST', 'рост 10^3 & более')).value).toEqual({
      kind: 'text',
      text: 'рост 10^3 & более',
    })
  })

  it.each([
    ['\\F\\\\S\\\\T\\\\R\\\\E\\', '|^&~\\'],
    ['\\XD0A2\\', 'Т'],
    ['\\H\\важно\\N\\', 'важно'],
    ['C:\\Lab\\x', 'C:\\Lab\\x'],
    ['\\X0\\', '\\X0\\'],
    ['а\\X00\\б', 'аб'],
    ['не закрыто \\', 'не закрыто \\'],
  ])('unescapes %s', (sent, meant) => {
    expect(observe(obx('ST', sent)).value).toEqual({ kind: 'text', text: meant })
  })

  it('refuses an attachment that is not what it says', () => {
    expect(refusals(message({ OBX: obx('ED', '^AP^PDF^Base64^***') }))).toEqual([
      'file-unreadable OBX[1]-5',
    ])
    expect(refusals(message({ OBX: obx('ED', '^AP^PDF^Base65^AAAA') }))).toEqual([
      'file-unreadable OBX[1]-5',
    ])
  })

  it('must be there in a final observation, unless a note says why not', () => {
    expect(refusals(message({ OBX: obx('NM', '') }))).toEqual(['value-missing OBX[1]-5'])
    expect(refusals(message({ OBX: obx('NM', '""') }))).toEqual(['value-missing OBX[1]-5'])
    const observation = observe(obx('NM', ''), 'NTE|1|L|Сгусток в пробирке')
    expect(observation).toMatchObject({ status: 'final', notes: ['Сгусток в пробирке'] })
    expect(observation.value).toBeUndefined()
  })

  it('may be absent while preliminary', () => {
    const { report } = accept(message({ OBX: obx('NM', '', '||||||P') }))
    expect(report.status).toBe('preliminary')
  })

  it('refuses a range whose ends are swapped', () => {
    expect(refusals(message({ OBX: obx('SN', '^10^-^5') }))).toEqual(['range-reversed OBX[1]-5'])
  })
})

describe('OBX-6', () => {
  it.each([
    ['10\\S\\9/л', { code: '10^9/л' }],
    ['10*6/uL^million per microliter^UCUM', { code: '10*6/uL', codeSystem: 'UCUM' }],
    ['^г/л', { code: 'г/л' }],
  ])('%s', (sent, unit) => {
    expect(observe(obx('NM', '5', `|${sent}|||||F`)).value).toMatchObject({ unit })
  })

  it('mends a unit whose ^ was not escaped, and says so', () => {
    const { report, warnings } = accept(message({ OBX: obx('NM', '5', '|10^12/л|||||F') }))
    expect(report.observations[0]?.value).toMatchObject({ unit: { code: '10^12/л' } })
    expect(label(warnings)).toContain('unit-unescaped OBX[1]-6')
  })
})

describe('OBX-7', () => {
  it.each([
    ['120-140', { low: '120', high: '140', text: '120-140' }],
    ['4.3 to 6.2', { low: '4.3', high: '6.2', text: '4.3 to 6.2' }],
    ['4,0 – 9,0', { low: '4.0', high: '9.0', text: '4,0 – 9,0' }],
    ['-2 - 2', { low: '-2', high: '2', text: '-2 - 2' }],
    ['<5', { high: '5', text: '<5' }],
    ['до 5', { high: '5', text: 'до 5' }],
    ['≥ 1,5', { low: '1.5', text: '≥ 1,5' }],
    ['не обнаружено', { text: 'не обнаружено' }],
  ])('%s', (text, range) => {
    expect(observe(obx('NM', '5', `||${text}||||F`)).referenceRange).toEqual(range)
  })

  it('warns when the limits are swapped', () => {
    const { warnings } = accept(message({ OBX: obx('NM', '5', '||9-4||||F') }))
    expect(label(warnings)).toEqual(['reference-range-reversed OBX[1]-7'])
  })
})

describe('OBX-3', () => {
  it.each([
    ['718-7^Hemoglobin^LN', { code: '718-7', codeSystem: 'LN', name: 'Hemoglobin' }],
    ['HGB^Гемоглобин^L', { code: 'HGB', codeSystem: 'local', name: 'Гемоглобин' }],
    ['HGB^Гемоглобин', { code: 'HGB', codeSystem: 'local', name: 'Гемоглобин' }],
    ['HGB', { code: 'HGB', codeSystem: 'local', name: 'HGB' }],
    ['1^а^FSLI', { code: '1', codeSystem: 'fsli', name: 'а' }],
    ['1^а^1.2.643.5.1.13.13.11.1080', { code: '1', codeSystem: 'fsli', name: 'а' }],
    ['1^а^urn:oid:1.2.643.5.1.13.13.11.1070', { code: '1', codeSystem: 'nmu', name: 'а' }],
    ['1^а^99USI', { code: '1', codeSystem: '99USI', name: 'а' }],
    ['^^^2^б^ФСЛИ', { code: '2', codeSystem: 'fsli', name: 'б' }],
  ])('%s', (code, coding) => {
    expect(observe(`OBX|1|NM|${code}||5||||||F`)).toMatchObject(coding)
  })

  it('keeps the second code', () => {
    expect(observe('OBX|1|NM|1^а^ФСЛИ^718-7^b^LN||5||||||F').alternative).toEqual({
      code: '718-7',
      codeSystem: 'LN',
      name: 'b',
    })
  })

  it('refuses words without a code', () => {
    expect(refusals(message({ OBX: 'OBX|1|NM|^Гемоглобин||5||||||F' }))).toEqual([
      'code-missing OBX[1]-3',
    ])
  })
})

function coded(code: string, codeSystem: string, name: string) {
  return { kind: 'coded', coding: { code, codeSystem, name } } as const
}
function file(mediaType: string, dataBase64: string) {
  return { kind: 'file', mediaType, dataBase64 } as const
}
