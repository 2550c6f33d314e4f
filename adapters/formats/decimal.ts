/** Digits that a laboratory could mean; more is noise, and exponents beyond it would only make long strings. */
const MOST_DIGITS = 40

/**
 * A number as people and programs write it (`5,10`, `.5`, `+3`, `1.5e3`) as a decimal string with a dot. Never goes
 * through a float: `5.10` stays `5.10`, because the number of decimals is part of a laboratory result.
 * `undefined` when the text is not a number.
 */
export function parseDecimal(text: string): string | undefined {
  if (text.length > MOST_DIGITS * 2) return undefined
  const match = /^([+-]?)(\d*)(?:[.,](\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text.trim())
  if (!match) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  if (whole === '' && fraction === '') return undefined
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (digits.length > MOST_DIGITS || Math.abs(point) > MOST_DIGITS) return undefined
  return (sign === '-' ? '-' : '') + placePoint(digits, point)
}

function placePoint(digits: string, point: number): string {
  const padded = point > 0 ? digits.padEnd(point, '0') : '0'.repeat(1 - point) + digits
  const place = Math.max(point, 1)
  const whole = padded.slice(0, place).replace(/^0+(?=\d)/, '')
  const fraction = padded.slice(place)
  return fraction === '' ? whole : `${whole}.${fraction}`
}

/** Orders two decimal strings by value. Precise enough to tell a reversed range, which is all it is used for. */
export function isGreater(left: string, right: string): boolean {
  return Number(left) > Number(right)
}
