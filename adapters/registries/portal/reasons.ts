import { z } from 'zod'
import type { Issue } from '../../../domain/shared/issue.ts'

/** A reason of the portal as sent. Everything is optional: a refusal counts even when it is badly worded. */
export const reasonSchema = z.object({
  code: z.string().nullish(),
  field: z.string().nullish(),
  message: z.string().nullish(),
})

export type Reason = z.output<typeof reasonSchema>

const NO_TEXT = 'Портал не объяснил причину.'

/** The portal's text is foreign: shortened and freed of control characters before anybody sees or stores it. */
export function toIssue(reason: Reason): Issue {
  return {
    code: toCode(reason.code),
    pointer: toPointer(reason.field ?? ''),
    detail: clean(reason.message ?? '', 500) || NO_TEXT,
    severity: 'error',
  }
}

/** What the portal calls its code, fit for logs and error details: a short word without spaces or quotes. */
export function toCode(code: string | null | undefined): string {
  return code && /^[\w.-]{1,100}$/.test(code) ? code : 'portal-refused'
}

/** JSON pointers are kept; `patient.birthDate` is understood too. */
function toPointer(field: string): string {
  const text = clean(field, 200)
  return text === '' || text.startsWith('/') ? text : `/${text.replaceAll('.', '/')}`
}

function clean(text: string, limit: number): string {
  const plain = text
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return plain.length > limit ? `${plain.slice(0, limit - 1).toWellFormed()}…` : plain
}
