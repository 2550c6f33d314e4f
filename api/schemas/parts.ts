import { z } from 'zod'
import { hasInvisible, isPrintable } from '../../domain/shared/text.ts'

/** Id of a record, as a path parameter: anything else cannot exist and is answered 404. */
export const idParams = z.object({ id: z.guid().describe('Идентификатор записи (UUID)') })

const FORBIDDEN = 'Недопустимые знаки: управляющие или невидимые.'

/** What people write: bounded, trimmed, normalised, and nothing in it that is not seen. */
export const prose = (most: number) =>
  z
    .string()
    .max(most)
    .trim()
    .normalize('NFC')
    .min(1)
    .refine((text) => isPrintable(text) && !hasInvisible(text), { error: FORBIDDEN })
/** The same on one line. */
export const line = (most: number) =>
  prose(most).refine((text) => !/[\t\n]/.test(text), { error: FORBIDDEN })

export const code = line(100)

export const reason = prose(500).describe('Причина; видна в журнале. Не указывайте данные пациента')

/** Of a time that the database and the law can do something with. */
const isOfOurEra = (text: string) => /^(19|2\d)\d\d/.test(text)

export const timestamp = z.iso
  .datetime({
    offset: true,
    error: 'Ожидается дата и время со смещением, например 2026-02-11T09:30:00+03:00.',
  })
  .refine(isOfOurEra, { error: 'Ожидается время с 1900 по 2999 год.' })
  .describe('ISO 8601 со смещением')

/** A moment or a whole day, in query strings. */
export const momentOrDay = z
  .union([timestamp, z.iso.date()], {
    error: 'Ожидается дата (2026-02-11) или дата и время со смещением.',
  })
  .transform((value) => new Date(value))

export const issue = z.object({
  pointer: z.string().describe('JSON-указатель или место в HL7, например OBX[3]-5'),
  code: z.string().describe('Постоянный код ошибки'),
  detail: z.string().describe('Что неверно, по-русски'),
  severity: z.enum(['error', 'warning']),
})

export const nullableTime = z.string().nullable().describe('ISO 8601 UTC')

export function toIso(date: Date): string
export function toIso(date: Date | null): string | null
export function toIso(date: Date | null): string | null {
  return date?.toISOString() ?? null
}
