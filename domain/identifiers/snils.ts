import { err, ok, type Result } from '../shared/result.ts'
import { type Identifier, type IdentifierFault, toDigits, weighted } from './identifier.ts'

/** Personal insurance number (СНИЛС): 11 digits without separators. */
export type Snils = Identifier<'Snils'>

const WEIGHTS = [9, 8, 7, 6, 5, 4, 3, 2, 1]
/** Numbers up to 001-001-998 were given out before check digits were introduced. */
const LAST_UNCHECKED = 1_001_998

/** `112-233-445 95` and `11223344595` are the same number. Number zero belongs to nobody and fails as `checksum`. */
export function parseSnils(text: string): Result<Snils, IdentifierFault> {
  const digits = toDigits(text, [11])
  if (!digits.ok) return digits
  const all = digits.value.join('')
  const number = Number(all.slice(0, 9))
  const check = (weighted(digits.value, WEIGHTS) % 101) % 100
  if (number === 0) return err('checksum')
  if (number > LAST_UNCHECKED && check !== Number(all.slice(9))) return err('checksum')
  return ok(all as Snils)
}
