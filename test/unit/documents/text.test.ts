import { describe, expect, it } from 'vitest'
import { wrapText } from '../../../adapters/documents/pdf/text-wrap.ts'
import { toInterpretationMark } from '../../../adapters/documents/text/interpretation-mark.ts'
import { formatRange, formatValue } from '../../../adapters/documents/text/observation-text.ts'
import { formatFullName, formatSnils } from '../../../adapters/documents/text/person.ts'
import { toDocumentText, toPrintedText } from '../../../adapters/documents/text/printable.ts'
import { formatDate, formatDateTime } from '../../../adapters/documents/text/russian-date.ts'
import type { ObservationValue } from '../../../domain/report/report.ts'

describe('dates', () => {
  it.each([
    ['2026-11-18T08:05:00+03:00', '18.11.2026 08:05 (UTC+3)'],
    ['2026-11-18T08:05:00.250+05:30', '18.11.2026 08:05 (UTC+5:30)'],
    ['2026-11-18T08:05-01:00', '18.11.2026 08:05 (UTC−1)'],
    ['2026-11-18T08:05:00Z', '18.11.2026 08:05 (UTC)'],
    ['2026-11-18', '18.11.2026'],
    ['неизвестно', 'неизвестно'],
  ])('shows %s as the laboratory’s clock did', (iso, text) => {
    expect(formatDateTime(iso)).toBe(text)
  })

  it('shows a date without time', () => {
    expect(formatDate('1984-03-12')).toBe('12.03.1984')
  })
})

describe('values', () => {
  const show = (value?: ObservationValue, status: 'final' | 'cancelled' = 'final') =>
    formatValue({ code: 'A', codeSystem: 'local', name: 'A', status, value, notes: [] })

  it.each<[ObservationValue, string]>([
    [{ kind: 'quantity', value: '5.20' }, '5,20'],
    [{ kind: 'quantity', value: '0.01', comparator: '<=' }, '≤ 0,01'],
    [{ kind: 'quantity', value: '1.2.3' }, '1.2.3'],
    [{ kind: 'text', text: 'Рост 1.5 см' }, 'Рост 1.5 см'],
    [{ kind: 'coded', coding: { code: 'NEG', codeSystem: 'x', name: '' } }, 'NEG'],
    [{ kind: 'ratio', numerator: '1', denominator: '40', separator: ':' }, '1:40'],
    [{ kind: 'range', low: '0', high: '2.5' }, '0–2,5'],
    [{ kind: 'file', mediaType: 'image/png', dataBase64: '' }, 'файл приложен'],
  ])('shows %j as %s', (value, text) => {
    expect(show(value)).toBe(text)
  })

  it('says that a result is missing or was cancelled', () => {
    expect(show()).toBe('—')
    expect(show({ kind: 'quantity', value: '1' }, 'cancelled')).toBe('отменено')
  })

  it('shows ranges, the laboratory’s own wording first', () => {
    expect(formatRange(undefined)).toBe('')
    expect(formatRange({ low: '3.8', high: '5.1' })).toBe('3,8 – 5,1')
    expect(formatRange({ low: '40' })).toBe('≥ 40')
    expect(formatRange({ high: '0.04' })).toBe('≤ 0,04')
    expect(formatRange({ low: '1', high: '2', text: 'менее 2' })).toBe('менее 2')
  })

  it('marks high and low, doubles the mark for critical, keeps what it does not know', () => {
    expect(toInterpretationMark('H')).toEqual({ text: '↑', emphasis: 'abnormal' })
    expect(toInterpretationMark('ll')).toEqual({ text: '↓↓', emphasis: 'critical' })
    expect(toInterpretationMark('N').text).toBe('')
    expect(toInterpretationMark(undefined).text).toBe('')
    expect(toInterpretationMark('XYZ')).toEqual({ text: 'XYZ', emphasis: 'none' })
  })
})

describe('people', () => {
  it('leaves out what is not known', () => {
    expect(formatFullName({ familyName: 'Тестова', givenName: 'Анна' })).toBe('Тестова Анна')
    expect(formatFullName({ familyName: 'Сухарто' })).toBe('Сухарто')
    expect(formatFullName({ familyName: 'Тестова', patronymic: 'Ивановна' })).toBe(
      'Тестова Ивановна',
    )
    expect(formatSnils('11223344595')).toBe('112-233-445 95')
    expect(formatSnils('123')).toBe('123')
  })
})

describe('text for documents', () => {
  it('drops control characters, keeps line breaks and shows damage', () => {
    expect(toDocumentText('а\u0000б\u0007\r\nв\u000bг\u0085')).toBe('аб\nв\nг')
    expect(toDocumentText('\ud800')).toBe('\ufffd')
  })

  it('composes letters and removes the invisible from print', () => {
    expect(toPrintedText('и\u0306\u200b\u202e 36,6\u00a0\u2103')).toBe('й 36,6 °C')
  })
})

describe('line breaking', () => {
  const measure = (text: string) => text.length

  it('breaks at spaces, and inside a word only when it must', () => {
    expect(wrapText('один два три', 8, measure)).toEqual(['один два', 'три'])
    expect(wrapText('абвгдежз и', 3, measure)).toEqual(['абв', 'где', 'жз', 'и'])
    expect(wrapText('а\n\nб', 10, measure)).toEqual(['а', '', 'б'])
    expect(wrapText('', 10, measure)).toEqual([''])
  })
})
