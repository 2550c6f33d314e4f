import type {
  Observation,
  ObservationValue,
  ReferenceRange,
} from '../../../domain/report/report.ts'
import { assertNever } from '../../../domain/shared/assert-never.ts'

const COMPARATORS = { '<': '<', '<=': '≤', '>': '>', '>=': '≥' } as const

/** What stands in the column «Результат»; the unit has a column of its own. */
export function formatValue(observation: Observation): string {
  if (observation.status === 'cancelled') return 'отменено'
  return observation.value === undefined ? '—' : valueText(observation.value)
}

function valueText(value: ObservationValue): string {
  switch (value.kind) {
    case 'quantity':
      return `${value.comparator ? `${COMPARATORS[value.comparator]} ` : ''}${decimal(value.value)}`
    case 'text':
      return value.text
    case 'coded':
      return value.coding.name || value.coding.code
    case 'ratio':
      return `${decimal(value.numerator)}${value.separator}${decimal(value.denominator)}`
    case 'range':
      return `${decimal(value.low)}–${decimal(value.high)}`
    case 'file':
      return `файл приложен${value.title ? `: ${value.title}` : ''}`
    default:
      return assertNever(value)
  }
}

/** The unit as the laboratory wrote it, for values that could not be given an official one. */
export function laboratoryUnit(value: ObservationValue | undefined): string | undefined {
  return value !== undefined && 'unit' in value ? value.unit?.code : undefined
}

/** The laboratory's own wording where there is one. */
export function formatRange(range: ReferenceRange | undefined): string {
  if (range === undefined) return ''
  if (range.text) return range.text
  const { low, high } = range
  if (low && high) return `${decimal(low)} – ${decimal(high)}`
  if (low) return `≥ ${decimal(low)}`
  return high ? `≤ ${decimal(high)}` : ''
}

/** Russian documents write a decimal comma; anything that is not a plain number is left alone. */
function decimal(text: string): string {
  return /^[+-]?\d+\.\d+$/.test(text) ? text.replace('.', ',') : text
}
