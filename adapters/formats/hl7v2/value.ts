import type { ObservationValue, Unit } from '../../../domain/report/report.ts'
import { parseDecimal } from '../decimal.ts'
import type { Findings } from '../findings.ts'
import { toCodedElement, toWords } from './coded-element.ts'
import { readFile } from './file-value.ts'
import type { Repetition, SegmentReader } from './segment-reader.ts'

type Comparator = '<' | '<=' | '>' | '>='
const COMPARATORS: Readonly<Record<string, Comparator>> = {
  '<': '<',
  '<=': '<=',
  '≤': '<=',
  '>': '>',
  '>=': '>=',
  '≥': '>=',
}
/** Types whose OBX-5 is a code. */
const CODED: ReadonlySet<string> = new Set(['CE', 'CWE', 'CNE', 'CF'])

/** OBX-5 by the type in OBX-2; types without a form of their own become text. `undefined` when the field is empty. */
export function readValue(obx: SegmentReader, findings: Findings): ObservationValue | undefined {
  const repetitions = obx.repetitions(5)
  const [first] = repetitions
  if (!first) return undefined
  const type = obx.field(2).component(1).toUpperCase()
  if (type === '') findings.warning('value-type-missing', obx.at(2), 'тип не указан, принят текст')
  const unit = readUnit(obx, findings)
  if (type === 'ED') return readFile(first, obx, findings)
  if (type === 'SN') return readStructured(first, unit)
  if (CODED.has(type)) return readCoded(repetitions, obx, findings)
  const quantity = repetitions.length === 1 && readQuantity(first.text, unit)
  // Many systems send every value as ST; a number with a unit is a quantity all the same.
  if (quantity && (type === 'NM' || unit !== undefined)) return quantity
  if (type === 'NM') findings.warning('number-unreadable', obx.at(5), 'не число, принято как текст')
  return { kind: 'text', text: repetitions.map(({ text }) => text).join('\n') }
}

function readQuantity(text: string, unit: Unit | undefined): ObservationValue | undefined {
  const match = /^(<=?|>=?|≤|≥)?\s*([^\s<>=≤≥]+)$/.exec(text)
  const value = parseDecimal(match?.[2] ?? '')
  if (value === undefined) return undefined
  return { kind: 'quantity', value, comparator: COMPARATORS[match?.[1] ?? ''], unit }
}

/** SN: comparator, number, separator or suffix, number. What fits none of the forms is kept as the text it shows. */
function readStructured(repetition: Repetition, unit: Unit | undefined): ObservationValue {
  const [sign = '', one = '', separator = '', two = ''] = [1, 2, 3, 4].map((part) =>
    repetition.component(part),
  )
  const left = parseDecimal(one)
  const right = parseDecimal(two)
  const shown: ObservationValue = { kind: 'text', text: [sign, one, separator, two].join('') }
  if (left === undefined) return shown
  if (right === undefined) {
    const known = sign === '' || sign === '=' || sign in COMPARATORS
    if (!known || separator !== '' || two !== '') return shown
    return { kind: 'quantity', value: left, comparator: COMPARATORS[sign], unit }
  }
  if (sign !== '' && sign !== '=') return shown
  if (separator === '-') return { kind: 'range', low: left, high: right, unit }
  if (separator !== ':' && separator !== '/') return shown
  return { kind: 'ratio', numerator: left, denominator: right, separator, unit }
}

function readCoded(
  repetitions: readonly Repetition[],
  obx: SegmentReader,
  findings: Findings,
): ObservationValue | undefined {
  const elements = repetitions.map((repetition) => ({
    coding: toCodedElement(repetition)?.coding,
    words: toWords(repetition),
  }))
  const only = elements.length === 1 ? elements[0]?.coding : undefined
  if (only) return { kind: 'coded', coding: only }
  if (elements.length > 1) {
    findings.warning(
      'value-repeated',
      obx.at(5),
      'несколько кодов в одном значении приняты как текст',
    )
  }
  const text = elements
    .map(({ coding, words }) => words || (coding?.name ?? ''))
    .join('\n')
    .trim()
  return text === '' ? undefined : { kind: 'text', text }
}

/** OBX-6. Units of the form `10^9/л` are often sent with a bare `^`, which HL7 takes for the end of a component. */
function readUnit(obx: SegmentReader, findings: Findings): Unit | undefined {
  const field = obx.field(6)
  const code = field.component(1)
  const text = field.component(2)
  if (code === '10' && /^-?\d+(\/|$)/.test(text)) {
    findings.warning('unit-unescaped', obx.at(6), 'знак ^ в единице не экранирован')
    return { code: `${code}^${text}` }
  }
  const unit = code || text
  return unit === '' ? undefined : { code: unit, codeSystem: field.component(3) || undefined }
}
