import { z } from 'zod'
import { patient as reportPatient } from '../../adapters/formats/report-parts.ts'
import { parsePolicyNumber } from '../../domain/identifiers/policy-number.ts'
import { parseSnils } from '../../domain/identifiers/snils.ts'
import { code, nullableTime, reason, timestamp } from './parts.ts'

const METHODS = ['paper', 'electronic-signature', 'esia', 'sms-code', 'service'] as const
const STATUSES = ['active', 'expired', 'withdrawn', 'rejected'] as const

const snils = z
  .string()
  .max(20)
  .transform((text, context) => {
    const parsed = parseSnils(text)
    if (parsed.ok) return parsed.value as string
    context.addIssue({
      code: 'custom',
      message: 'Ожидается СНИЛС: 11 цифр с верным контрольным числом.',
    })
    return z.NEVER
  })
const policy = z
  .string()
  .max(30)
  .transform((text, context) => {
    const parsed = parsePolicyNumber(text)
    if (parsed.ok) return parsed.value as string
    context.addIssue({
      code: 'custom',
      message: 'Ожидается ЕНП: 16 цифр с верным контрольным числом.',
    })
    return z.NEVER
  })

/** Found again by СНИЛС, policy or the laboratory's number: with none of them no result would ever meet its consent. */
const patient = reportPatient
  .extend({
    birthDate: reportPatient.shape.birthDate.unwrap(),
    snils: snils.optional().describe('СНИЛС, 11 цифр; разделители допускаются'),
    policy: policy.optional().describe('Номер полиса ОМС (ЕНП), 16 цифр'),
  })
  .refine(({ snils: number, policy: enp, localId }) => number ?? enp ?? localId, {
    error: 'Нужен хотя бы один номер пациента: СНИЛС, полис ОМС или localId.',
  })
  .describe('Чьё согласие')

export const consentBody = z
  .strictObject({
    number: code.describe('Номер документа согласия'),
    givenAt: timestamp.describe('Когда дано'),
    scope: z.enum(['full', 'partial']).describe('На все исследования или только на перечисленные'),
    analyses: z
      .array(code)
      .max(500)
      .default([])
      .describe('Коды исследований (шаблонов) при scope=partial'),
    confirmationMethod: z.enum(METHODS).describe('Чем подтверждено'),
    validUntil: timestamp.nullable().default(null).describe('Действует до; null — бессрочно'),
    patient,
  })
  .superRefine(({ scope, analyses, givenAt, validUntil }, context) => {
    if (scope === 'partial' && analyses.length === 0)
      context.addIssue({
        code: 'custom',
        path: ['analyses'],
        message: 'Согласие на часть исследований должно их перечислять.',
      })
    if (validUntil !== null && Date.parse(validUntil) <= Date.parse(givenAt))
      context.addIssue({
        code: 'custom',
        path: ['validUntil'],
        message: 'Срок действия должен быть позже даты согласия.',
      })
  })

/** Without the patient: whoever may read a consent's state need not see whose it is. */
export const consentSchema = z
  .object({
    id: z.string(),
    number: z.string(),
    givenAt: z.string(),
    scope: z.enum(['full', 'partial']),
    analyses: z.array(z.string()),
    confirmationMethod: z.enum(METHODS),
    validUntil: nullableTime,
    status: z.enum(STATUSES),
    createdAt: z.string(),
    links: z.record(z.string(), z.string()),
  })
  .describe('Согласие в реестре согласий организации')

export const consentChecksSchema = z.object({
  items: z.array(
    z.object({
      at: z.string(),
      status: z.enum([...STATUSES, 'none', 'error']),
      source: z.enum(['register', 'service', 'law']),
      user: z.string().describe('Кто спросил'),
      submissionId: z.string().nullable(),
      request: z.record(z.string(), z.unknown()),
    }),
  ),
})

/** Ids of consents may come from the consent service, so they are not always UUIDs. */
export const consentParams = z.object({ id: z.string().regex(/^[\w.-]{1,64}$/) })
export const withdrawBody = z.strictObject({ reason })
