import { z } from 'zod'
import { patient as reportPatient } from '../../adapters/formats/report-parts.ts'
import { parsePolicyNumber } from '../../domain/identifiers/policy-number.ts'
import { parseSnils } from '../../domain/identifiers/snils.ts'
import { code, nullableTime, reason, timestamp } from './parts.ts'

const METHODS = ['paper', 'electronic-signature', 'esia', 'sms-code', 'service'] as const
const WITHDRAWAL_METHODS = ['paper', 'electronic-signature', 'esia', 'sms-code', 'oral'] as const
const STATUSES = ['active', 'expired', 'withdrawn'] as const
const CHECK_STATUSES = [...STATUSES, 'rejected', 'none', 'unclear', 'error'] as const

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
  // A result has its source system, a consent has none: a local number says nothing without who assigned it.
  .refine(
    ({ snils: number, policy: enp, localId, localIdSystem }) =>
      number ?? enp ?? (localId === undefined || localIdSystem),
    {
      path: ['localIdSystem'],
      error: 'Без СНИЛС и полиса нужно указать, кто присвоил номер localId.',
    },
  )
  .describe('Чьё согласие')

export const consentBody = z
  .strictObject({
    number: code.describe('Номер документа согласия'),
    givenAt: timestamp.describe('Когда дано; полночь означает, что известен только день'),
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
    if (scope === 'full' && analyses.length > 0)
      context.addIssue({
        code: 'custom',
        path: ['analyses'],
        message: 'Согласие на все исследования их не перечисляет.',
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
    status: z
      .enum(STATUSES)
      .describe('Что известно реестру; что ответил сервис согласий — в журнале проверок'),
    givenByDay: z.boolean().describe('Известен только день, когда дано'),
    withdrawnAt: nullableTime.describe('Когда пациент выразил отзыв; ISO 8601 UTC'),
    withdrawnByDay: z.boolean().describe('Известен только день отзыва'),
    withdrawalMethod: z.enum(WITHDRAWAL_METHODS).nullable().describe('Как выражен отзыв'),
    source: z
      .enum(['register', 'service'])
      .describe('service — о нём сообщил только сервис согласий: он спрашивается каждый раз'),
    knownBy: z
      .enum(['snils', 'policy', 'local-number'])
      .describe('По какому номеру результаты находят согласие'),
    createdAt: z.string(),
    links: z.record(z.string(), z.string()),
  })
  .describe('Согласие в реестре согласий организации')

export const consentChecksSchema = z.object({
  items: z.array(
    z.object({
      at: z.string(),
      status: z.enum(CHECK_STATUSES),
      source: z.enum(['register', 'service', 'law']),
      user: z.string().describe('Кто спросил'),
      consentId: z.string().nullable(),
      submissionId: z.string().nullable(),
      analysis: z
        .string()
        .nullable()
        .describe('Код исследования (шаблона); null — вопрос не о нём'),
      request: z.record(z.string(), z.unknown()),
    }),
  ),
})

/** Ids of consents may come from the consent service, so they are not always UUIDs. */
export const consentParams = z.object({ id: z.string().regex(/^[\w.-]{1,64}$/) })
export const withdrawBody = z.strictObject({
  reason,
  withdrawnAt: timestamp
    .optional()
    .describe('Когда пациент выразил отзыв; полночь — известен только день. Без него — сейчас'),
  method: z.enum(WITHDRAWAL_METHODS).optional().describe('Как выражен отзыв'),
})
