import type { ReferenceRange } from '../../../domain/report/report.ts'
import { parseDecimal } from '../decimal.ts'

const NUMBER = '([+-]?\\d+(?:[.,]\\d+)?)'
const BETWEEN = new RegExp(`^${NUMBER}\\s*(?:-|–|—|\\.\\.|to|до)\\s*${NUMBER}$`, 'i')
const BELOW = new RegExp(`^(?:<=?|≤|до|менее|не более)\\s*${NUMBER}$`, 'i')
const ABOVE = new RegExp(`^(?:>=?|≥|от|более|не менее)\\s*${NUMBER}$`, 'i')

/** Limits where the text shows them; the text itself is always kept, because `<` and `≤` become the same limit. */
export function parseReferenceRange(text: string): ReferenceRange | undefined {
  if (text === '') return undefined
  if (text.length > 100) return { text }
  const between = BETWEEN.exec(text)
  return {
    low: toLimit(between?.[1] ?? ABOVE.exec(text)?.[1]),
    high: toLimit(between?.[2] ?? BELOW.exec(text)?.[1]),
    text,
  }
}

function toLimit(text: string | undefined): string | undefined {
  return text === undefined ? undefined : parseDecimal(text)
}
