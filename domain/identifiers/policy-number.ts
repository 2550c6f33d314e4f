import { err, ok, type Result } from '../shared/result.ts'
import { type Identifier, type IdentifierFault, toDigits } from './identifier.ts'

/** Single number of the compulsory medical insurance policy (ЕНП): 16 digits, the last by Luhn's rule. */
export type PolicyNumber = Identifier<'PolicyNumber'>

export function parsePolicyNumber(text: string): Result<PolicyNumber, IdentifierFault> {
  const digits = toDigits(text, [16])
  if (!digits.ok) return digits
  const sum = digits.value.reduce((total, digit, index) => total + luhn(digit, index), 0)
  return sum % 10 === 0 ? ok(digits.value.join('') as PolicyNumber) : err('checksum')
}

/** Of sixteen digits those at even places from the left count double; the digits of the double are added up. */
function luhn(digit: number, index: number): number {
  if (index % 2 === 1) return digit
  const double = digit * 2
  return double > 9 ? double - 9 : double
}
