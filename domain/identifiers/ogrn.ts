import { err, ok, type Result } from '../shared/result.ts'
import { type Identifier, type IdentifierFault, remainder, toDigits } from './identifier.ts'

/** State registration number of an organisation (ОГРН): 13 digits, the first is 1 or 5. */
export type Ogrn = Identifier<'Ogrn'>
/** State registration number of a sole trader (ОГРНИП): 15 digits, the first is 3. */
export type Ogrnip = Identifier<'Ogrnip'>

export function parseOgrn(text: string): Result<Ogrn, IdentifierFault> {
  return parse<Ogrn>(text, { length: 13, first: [1, 5], divisor: 11 })
}

export function parseOgrnip(text: string): Result<Ogrnip, IdentifierFault> {
  return parse<Ogrnip>(text, { length: 15, first: [3], divisor: 13 })
}

/** The last digit is the last digit of the remainder of the number before it. */
function parse<T extends string>(
  text: string,
  rule: { length: number; first: readonly number[]; divisor: number },
): Result<T, IdentifierFault> {
  const digits = toDigits(text, [rule.length])
  if (!digits.ok) return digits
  if (!rule.first.includes(Number(digits.value[0]))) return err('digits')
  const check = remainder(digits.value.slice(0, -1), rule.divisor) % 10
  return check === digits.value.at(-1) ? ok(digits.value.join('') as T) : err('checksum')
}
