import { z } from 'zod'

/** Id of a record, as a path parameter: anything else cannot exist and is answered 404. */
export const idParams = z.object({ id: z.guid().describe('Идентификатор записи (UUID)') })

export const code = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{C}]*$/u, { error: 'Недопустимые знаки.' })

export const reason = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .describe('Причина; видна в журнале. Не указывайте данные пациента')

export const timestamp = z.iso
  .datetime({
    offset: true,
    error: 'Ожидается дата и время со смещением, например 2026-02-11T09:30:00+03:00.',
  })
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
