import { err, ok, type Result } from '../shared/result.ts'
import { type Identifier, type IdentifierFault, toDigits, weighted } from './identifier.ts'

/** Taxpayer number (ИНН): 10 digits of an organisation, 12 of a person. */
export type Inn = Identifier<'Inn'>

/** Weights of each check digit, in order of the check digits, which stand last. */
const WEIGHTS = [
  [2, 4, 10, 3, 5, 9, 4, 6, 8],
  [7, 2, 4, 10, 3, 5, 9, 4, 6, 8],
  [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8],
] as const

export function parseInn(text: string): Result<Inn, IdentifierFault> {
  const digits = toDigits(text, [10, 12])
  if (!digits.ok) return digits
  const checks = digits.value.length === 10 ? WEIGHTS.slice(0, 1) : WEIGHTS.slice(1)
  const right = checks.every(
    (weights) => (weighted(digits.value, weights) % 11) % 10 === digits.value[weights.length],
  )
  return right ? ok(digits.value.join('') as Inn) : err('checksum')
}
