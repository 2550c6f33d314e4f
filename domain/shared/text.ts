/**
 * True when every character can be stored in PostgreSQL, written into XML 1.0 and set in type: no control characters
 * except tab and line feed, no halves of surrogate pairs, no non-characters.
 */
export function isPrintable(text: string): boolean {
  if (!text.isWellFormed()) return false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 0x20 && code !== 0x09 && code !== 0x0a) return false
    if ((code >= 0x7f && code <= 0x9f) || code === 0xfffe || code === 0xffff) return false
  }
  return true
}

/** Signs without a width, and those that turn the direction of reading: two names that look alike would be different. */
const INVISIBLE = /\p{Cf}|\p{Default_Ignorable_Code_Point}/u

export function hasInvisible(text: string): boolean {
  return INVISIBLE.test(text)
}
