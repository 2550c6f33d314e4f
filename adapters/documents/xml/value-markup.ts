import type { Coding, ObservationValue } from '../../../domain/report/report.ts'
import { assertNever } from '../../../domain/shared/assert-never.ts'
import { element, type Markup, textElement } from './markup.ts'

export function codingElement(name: string, coding: Coding | undefined): Markup | undefined {
  if (coding === undefined) return undefined
  return element(name, { code: coding.code, codeSystem: coding.codeSystem }, coding.name)
}

/** One child element named after the kind; the laboratory's unit beside it, as it was written. */
export function valueElement(value: ObservationValue | undefined): Markup | undefined {
  return value && element('value', {}, [kindElement(value), laboratoryUnitElement(value)])
}

function kindElement(value: ObservationValue): Markup | undefined {
  switch (value.kind) {
    case 'quantity':
      return element('quantity', { comparator: value.comparator }, value.value)
    case 'text':
      return element('text', {}, value.text)
    case 'coded':
      return codingElement('coded', value.coding)
    case 'ratio':
      return element('ratio', { separator: value.separator }, [
        textElement('numerator', value.numerator),
        textElement('denominator', value.denominator),
      ])
    case 'range':
      return element('range', {}, [textElement('low', value.low), textElement('high', value.high)])
    case 'file': {
      const base64 = Buffer.from(value.dataBase64, 'base64').toString('base64')
      return element('file', { mediaType: value.mediaType, title: value.title }, base64)
    }
    default:
      return assertNever(value)
  }
}

function laboratoryUnitElement(value: ObservationValue): Markup | undefined {
  if (!('unit' in value) || value.unit === undefined) return undefined
  return element('laboratoryUnit', { codeSystem: value.unit.codeSystem }, value.unit.code)
}
