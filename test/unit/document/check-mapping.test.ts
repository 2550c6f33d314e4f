import { describe, expect, it } from 'vitest'
import {
  checkMapping,
  codesOf,
  type MappingFault,
  repeatedIn,
} from '../../../domain/document/check-mapping.ts'
import { CodeLists, compareUnits, isNameOf } from '../../../domain/document/official-codes.ts'
import { GRAM_PERCENT, HEMOGLOBIN, LOADED, loaded, MILLIGRAM_PERCENT } from './official-lists.ts'

const OWN = new CodeLists()
type Kind = 'observation' | 'unit' | 'analysis'
const mapping = (kind: Kind, code: string, targetCode: string, targetName: string) => ({
  ...{ kind, codeSystem: 'local', code, targetCode, targetName },
})
const check = (entry: ReturnType<typeof mapping>, lists = OWN) =>
  checkMapping(entry, lists, new Set(['cbc']))
const wrong = (code: string, field: MappingFault['field']) => ({ kind: 'wrong', code, field })
const unit = (code: string, target: string, name: string, lists = OWN) =>
  check(mapping('unit', code, target, name), lists)

describe('a mapping of a test', () => {
  const test = (code: string, name: string, lists = OWN) =>
    check(mapping('observation', 'HGB', code, name), lists)

  it.each([
    'Гемоглобин',
    'Гемоглобин общий, массовая концентрация в крови',
    'Гемоглобин общий',
    ' Гемоглобин  общий',
  ])('is proved by the code’s own name: %s', (name) => {
    expect(test('1017128', name)).toEqual({ kind: 'proved' })
  })

  it.each(['Тромбоциты', 'Гемоглобин о', 'гемоглобин', 'Показатель 1'])(
    'is wrong under the name of something else: %s',
    (name) => expect(test('1017128', name)).toMatchObject(wrong('code-name-wrong', 'targetName')),
  )

  it('takes ё for е', () => {
    expect(
      test('1017375', 'Эритроциты, количество в крови методом автоматизированного подсчета'),
    ).toEqual({ kind: 'proved' })
  })

  it('to a code nobody here knows needs a second person, and is wrong once the whole list is there', () => {
    expect(test('9999999', 'Что угодно')).toMatchObject({ kind: 'unproved' })
    expect(test('9999999', 'Что угодно', loaded({ fsli: 'part' }))).toMatchObject({
      kind: 'unproved',
    })
    expect(test('9999999', 'Что угодно', LOADED)).toMatchObject(wrong('code-unknown', 'targetCode'))
  })

  it('goes by the loaded list rather than by our own table', () => {
    const renamed = { ...HEMOGLOBIN, names: ['Гемоглобин новый'] }
    const lists = loaded({ fsli: 'whole' }, { tests: [renamed] })
    expect(test('1017128', 'Гемоглобин новый', lists)).toEqual({ kind: 'proved' })
    expect(test('1017128', 'Гемоглобин', lists)).toMatchObject({ kind: 'wrong' })
    expect(test('1017862', 'Тромбоциты', lists)).toMatchObject({ code: 'code-unknown' })
  })
})

describe('a mapping of a unit', () => {
  it('г/л → 195 (ммоль/л) is refused: 112 г/л are no 112 ммоль/л', () => {
    expect(unit('г/л', '195', 'ммоль/л')).toEqual({
      ...wrong('unit-dimension-differs', 'targetCode'),
      detail:
        '«г/л» — массовая концентрация, а «ммоль/л» — молярная концентрация: это разные величины',
    })
    expect(unit('g/L', '195', 'ммоль/л')).toMatchObject({ code: 'unit-dimension-differs' })
  })

  it('of another scale is refused: the number would mean another amount', () => {
    expect(unit('г/л', '61', 'мг/л')).toMatchObject(wrong('unit-scale-differs', 'targetCode'))
    expect(unit('10^9/л', '328', '10^12/л')).toMatchObject({ code: 'unit-scale-differs' })
  })

  it.each([
    ['г/л', '60', 'г/л'],
    ['г/л', '60', 'Грамм в литре'],
    ['g/L', '60', 'г/л'],
    ['мг/мл', '60', 'г/л'],
    ['10^3/мкл', '322', '10^9/л'],
    ['10*3/uL', '322', '10^9/л'],
  ])('%s → %s (%s) is the same quantity', (code, target, name) => {
    expect(unit(code, target, name)).toEqual({ kind: 'proved' })
  })

  it('is wrong under the name of another unit, also by case alone', () => {
    expect(unit('x', '60', 'ммоль/л')).toMatchObject(wrong('code-name-wrong', 'targetName'))
    expect(unit('x', '134', 'ЕД/л')).toMatchObject({ code: 'code-name-wrong' })
  })

  it('from a spelling nobody knows needs a second person', () => {
    for (const code of ['мг%', 'G/L', 'S'])
      expect(unit(code, '62', 'мг/дл')).toMatchObject({ kind: 'unproved' })
  })

  it('between units the directory does not compare needs a second person', () => {
    expect(unit('Ед/л', '150', 'МЕ/л')).toMatchObject({ kind: 'unproved' })
    const odd = { ...MILLIGRAM_PERCENT, factor: null }
    const lists = loaded({ units: 'part' }, { units: [odd] })
    expect(unit('мг%', '62', 'мг/дл', lists)).toMatchObject({ kind: 'unproved' })
  })

  it('to 999999 needs a second person, and is wrong once the whole list is there', () => {
    expect(unit('г/л', '999999', 'г/л')).toMatchObject({ kind: 'unproved' })
    expect(unit('г/л', '999999', 'г/л', LOADED)).toMatchObject(wrong('code-unknown', 'targetCode'))
  })

  it('is compared by what the loaded list knows: equal base and factor are equal, whatever they are called', () => {
    expect(unit('мг%', '62', 'мг/дл', LOADED)).toEqual({ kind: 'proved' })
    expect(unit('г%', '62', 'мг/дл', LOADED)).toMatchObject({ code: 'unit-scale-differs' })
  })

  it('whose spelling two units of the list share is nobody’s to guess', () => {
    const twin = { ...GRAM_PERCENT, code: '900' }
    const lists = loaded({ units: 'part' }, { units: [GRAM_PERCENT, twin] })
    expect(unit('г%', '572', 'г/дл', lists)).toMatchObject({ kind: 'unproved' })
  })
})

it('a mapping of an analysis leads to a template that exists', () => {
  expect(check(mapping('analysis', 'ОАК', 'cbc', 'ОАК'))).toEqual({ kind: 'proved' })
  const unknown = check(mapping('analysis', 'ОАК', 'nowhere', 'ОАК'))
  expect(unknown).toMatchObject(wrong('template-unknown', 'targetCode'))
})

it('a code that is named twice in a request is found, whatever the case of its system', () => {
  const one = mapping('unit', 'u', '60', 'г/л')
  expect(repeatedIn([one, { ...one, code: 'U' }, { ...one, kind: 'analysis' }])).toEqual([])
  expect(repeatedIn([one, { ...one, codeSystem: 'LOCAL', targetCode: '61' }, one])).toEqual([1, 2])
})

it('what is looked up for a mapping is its target, its spelling and what that means in UCUM', () => {
  expect(codesOf(mapping('unit', ' g/L', '195', 'x'))).toEqual(['195', ' g/L', 'g/L', '60'])
  expect(codesOf(mapping('unit', 'мг%', '62', 'x'))).toEqual(['62', 'мг%', 'мг%'])
})

it('a unit of the whole list that is not in it is unknown by its spelling too', () => {
  const lists = loaded({ units: 'whole' })
  expect(lists.spelt({ code: 'g/L', codeSystem: 'UCUM' })).toBeUndefined()
  expect(OWN.spelt({ code: 'G/L', codeSystem: 'UCUM' })).toBeUndefined()
  expect(OWN.spelt({ code: 'г/л', codeSystem: 'UCUM' })).toBeUndefined()
})

it('ё and е are one letter in dimensions and names', () => {
  const [one, other] = [
    'Каталитическая активность в объеме',
    'Каталитическая активность в объёме',
  ].map((dimension, at) => ({ ...GRAM_PERCENT, dimension, code: `${at}`, base: `${at}` }))
  if (!one || !other) throw new Error('two units')
  expect(compareUnits(one, other)).toBe('unknown')
  expect(isNameOf({ names: ['Средний объём'] }, 'Средний объем')).toBe(true)
})
