import { err, ok, type Result } from '../shared/result.ts'

declare const brand: unique symbol
/** A string that only the `parse…` function of its name makes. */
export type Identifier<Name extends string> = string & { readonly [brand]: Name }

/**
 * - `digits`: holds something else than digits (spaces and hyphens between them are ignored), or the wrong kind of number.
 * - `length`: the number of digits is wrong.
 * - `checksum`: the check digits do not follow from the others: most often a typing error.
 */
export type IdentifierFault = 'digits' | 'length' | 'checksum'

/** The digits of `text` as numbers, if there is one of the allowed counts of them. */
export function toDigits(
  text: string,
  lengths: readonly number[],
): Result<readonly number[], 'digits' | 'length'> {
  const plain = text.replace(/[\s-]/g, '')
  if (!/^\d+$/.test(plain)) return err('digits')
  if (!lengths.includes(plain.length)) return err('length')
  return ok([...plain].map(Number))
}

/** Sum of digit × weight, position by position, over as many digits as there are weights. */
export function weighted(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0)
}

/** Remainder of a decimal number given by its digits; works beyond 2^53. */
export function remainder(digits: readonly number[], divisor: number): number {
  return digits.reduce((rest, digit) => (rest * 10 + digit) % divisor, 0)
}
