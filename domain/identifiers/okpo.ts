import { err, ok, type Result } from '../shared/result.ts'
import { type Identifier, type IdentifierFault, toDigits, weighted } from './identifier.ts'

/** Number in the classifier of organisations (ОКПО): 8 digits of an organisation, 10 of a sole trader. */
export type Okpo = Identifier<'Okpo'>

export function parseOkpo(text: string): Result<Okpo, IdentifierFault> {
  const digits = toDigits(text, [8, 10])
  if (!digits.ok) return digits
  const places = digits.value.length - 1
  const first = weighted(digits.value, weightsFrom(1, places)) % 11
  // A remainder of 10 is no digit: the weights then start at 3, and a second 10 counts as 0.
  const check = first < 10 ? first : (weighted(digits.value, weightsFrom(3, places)) % 11) % 10
  return check === digits.value.at(-1) ? ok(digits.value.join('') as Okpo) : err('checksum')
}

/** `start`, `start`+1 … 10, 1, 2 … */
function weightsFrom(start: number, places: number): number[] {
  return Array.from({ length: places }, (_, index) => ((index + start - 1) % 10) + 1)
}
