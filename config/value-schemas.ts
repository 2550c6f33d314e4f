import { msToNumber } from '@temporalio/common/lib/time.js'
import { z } from 'zod'
import { LEAST_RETENTION_MS } from '../domain/submission/retention.ts'

const DURATION = /^\d+(\.\d+)?\s?(ms|s|m|h|d)$/
export const text = z.string({ error: 'ожидается текст' })
export const url = z.url({ error: 'ожидается адрес, например http://127.0.0.1:9090' })
const integer = text.regex(/^\d+$/, { error: 'ожидается целое число' }).transform(Number)
export const port = integer.refine((value) => value <= 65535, {
  error: 'ожидается порт от 0 до 65535',
})
export const count = integer.refine((value) => value >= 1, { error: 'ожидается число не меньше 1' })
/** `30s`, `24h`, `1827d` → milliseconds */
export const duration = text
  .refine((value) => DURATION.test(value), {
    error: 'ожидается длительность: 500ms, 30s, 24h, 15d',
  })
  .transform((value) => msToNumber(value as `${number}d`))
export const durations = text.transform((value, context) => {
  const parts = value.split(',').map((part) => part.trim())
  if (parts.some((part) => !DURATION.test(part))) {
    context.addIssue({ code: 'custom', message: 'ожидаются длительности через запятую: 24h,72h' })
    return z.NEVER
  }
  return parts.map((part) => msToNumber(part as `${number}d`))
})
export const yesNo = z
  .enum(['yes', 'no'], { error: 'ожидается yes или no' })
  .transform((value) => value === 'yes')
/** The law asks for at least five years; a shorter time is refused here rather than discovered by an auditor. */
export const retention = duration.refine((value) => value >= LEAST_RETENTION_MS, {
  error: 'срок хранения не может быть короче пяти лет (1827d: пять лет с двумя високосными)',
})
