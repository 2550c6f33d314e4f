import { describe, expect, it } from 'vitest'
import { hasInvisible, isPrintable } from '../../../domain/shared/text.ts'

describe('text', () => {
  it.each([
    'Иванова-Петрова',
    'Гемоглобин, г/л',
    '10⁹/л',
    'O’Neil',
    'Ким Чен\u00a0Ын',
    'Ё',
    'е\u0308',
  ])('%j is seen as it is', (text) => {
    expect(isPrintable(text)).toBe(true)
    expect(hasInvisible(text)).toBe(false)
  })

  it.each([
    '\u200b',
    '\u200d',
    '\u202e',
    '\u2066',
    '\ufeff',
    '\u00ad',
    '\u3164',
    '\ufe0f',
    '\u{e0061}',
  ])('%j is not seen', (sign) => {
    expect(hasInvisible(`Иван${sign}ов`)).toBe(true)
  })

  it.each(['\u0000', '\u0007', '\u001b', '\u007f', '\u0085', '\ufffe', '\ud800'])(
    '%j is no text',
    (sign) => {
      expect(isPrintable(`Иван${sign}ов`)).toBe(false)
    },
  )
})
