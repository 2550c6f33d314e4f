import { z } from 'zod'
import { Phase } from '../../domain/submission/phase.ts'
import { STATUS_TEXT } from '../../domain/submission/status.ts'
import { Verdict } from '../../domain/submission/verdict.ts'
import { code, issue, momentOrDay, nullableTime } from './parts.ts'

const phase = z.enum(Phase).describe('Место на пути, см. docs/glossary.md')
const status = z
  .enum(Object.keys(STATUS_TEXT) as [keyof typeof STATUS_TEXT])
  .describe('Состояние для людей')
const links = z.record(z.string(), z.string()).describe('Адреса относительно корня')

/** What intake and actions answer. */
export const submissionSummarySchema = z
  .object({
    id: z.string(),
    phase,
    status,
    statusText: z.string().describe('Состояние по-русски'),
    version: z.number().int(),
    revision: z.number().int().describe('Растёт при каждом изменении'),
    warnings: z.array(issue).optional().describe('Замечания, с которыми результат всё же принят'),
    links,
  })
  .describe('Состояние отправки кратко')

const state = ['unsent', 'out', 'accepted', 'refused', 'withdrawn'] as const
const book = z
  .object({
    state: z.enum([...state, 'contradicted']),
    believed: z.enum(state).describe('Что считается верным до решения сотрудника'),
    verdict: z.string().nullable(),
    registryId: z.string().nullable(),
    leftAt: nullableTime.describe('С этого времени документ может быть в реестре'),
    withdrawnAt: nullableTime,
  })
  .describe('Что известно о документе этой версии в реестре')

const registered = z
  .object({
    documentId: z.string(),
    versionNumber: z.number().int().nullable(),
    registryId: z.string().nullable(),
  })
  .describe('Какой документ этого результата числится в реестре, также под вопросом')

const question = z
  .object({
    id: z.string(),
    code: z.string(),
    text: z.string(),
    details: z.record(z.string(), z.unknown()),
    askedAt: z.string(),
    decisions: z.array(z.string()),
  })
  .describe('Вопрос, на который отвечает только сотрудник')

const version = z.object({
  version: z.number().int(),
  documentId: z.string(),
  contentDigest: z.string().describe('Отпечаток содержания (с ключом)'),
  createdAt: z.string(),
  actor: z.string(),
  changedFields: z.array(z.string()).describe('JSON-указатели изменённых полей'),
  reason: z.string().nullable(),
  registry: book,
})

/** What intake answers: the first result of a message, and the others it held. */
export const acceptedSchema = submissionSummarySchema.extend({
  others: z.array(submissionSummarySchema).describe('Остальные результаты того же сообщения'),
})

const attempt = z.object({
  version: z.number().int(),
  outcome: z.string(),
  code: z.string().nullable(),
  receiptId: z.string().nullable(),
  startedAt: z.string(),
  finishedAt: z.string(),
})

const answer = z.object({
  id: z.string().describe('На него ссылаются вопросы'),
  documentId: z.string(),
  version: z.number().int(),
  verdict: z.enum(Verdict),
  registryId: z.string().nullable(),
  issues: z.array(issue),
  answeredAt: z.string().describe('По часам реестра'),
  receivedAt: z.string(),
  via: z.enum(['callback', 'poll', 'send']),
})

export const submissionSchema = submissionSummarySchema
  .omit({ warnings: true })
  .extend({
    documentId: z.string().describe('Идентификатор документа этой версии'),
    setId: z.string().describe('Общий для всех версий результата'),
    source: z.object({
      system: z.string(),
      resultId: z.string(),
      version: z.number().int().nullable(),
    }),
    analysisCode: z.string(),
    replaces: z.string().nullable(),
    replacedBy: z.string().nullable(),
    lastVerdict: z.enum(Verdict).nullable(),
    issues: z.array(issue).describe('Что надо исправить'),
    reason: z.string().nullable().describe('Код причины остановки'),
    reasonText: z.string().nullable().describe('Причина остановки по-русски'),
    waitingUntil: nullableTime,
    registryId: z.string().nullable().describe('Номер в реестре'),
    registered: registered.nullable(),
    questions: z.array(question).describe('Открытые вопросы к сотруднику'),
    retainUntil: nullableTime,
    holdReason: z.string().nullable(),
    receivedAt: z.string(),
    updatedAt: z.string(),
    versions: z.array(version),
    attempts: z.array(attempt),
    answers: z.array(answer),
  })
  .describe('Отправка: состояние, версии, попытки, ответы реестра')

export const submissionListSchema = z.object({
  items: z.array(submissionSchema),
  nextCursor: z
    .string()
    .nullable()
    .describe('Передайте в cursor, чтобы получить следующую страницу'),
})

export const submissionQuery = z.strictObject({
  wait: z
    .string()
    .regex(/^\d{1,2}s$/, { error: 'Ожидается время ожидания от 1s до 60s.' })
    .transform((value) => Number.parseInt(value, 10) * 1000)
    .refine((value) => value >= 1000 && value <= 60_000, {
      error: 'Ожидается время ожидания от 1s до 60s.',
    })
    .optional()
    .describe('Ждать изменения не дольше, например 30s'),
  revision: z.coerce
    .number({ error: 'Ожидается целое число.' })
    .int()
    .min(0)
    .optional()
    .describe('Известная вам ревизия: ответ придёт, как только она изменится'),
})

export const submissionListQuery = z.strictObject({
  status: status.optional(),
  phase: phase.optional(),
  analysis: code.optional().describe('Код исследования'),
  sourceSystem: code.optional().describe('Система-источник'),
  sourceId: code.optional().describe('Номер результата в системе-источнике'),
  from: momentOrDay.optional().describe('Принято не раньше'),
  to: momentOrDay.optional().describe('Принято раньше'),
  limit: z.coerce.number({ error: 'Ожидается целое число.' }).int().min(1).max(200).default(50),
  cursor: z.string().min(1).max(500).optional().describe('nextCursor предыдущей страницы'),
})

export const eventSchema = z.object({
  seq: z.number().int().describe('Порядковый номер; он же id события в потоке'),
  at: z.string(),
  version: z.number().int(),
  type: z.string(),
  text: z.string().describe('Что произошло, по-русски'),
  actor: z.string(),
  details: z.record(z.string(), z.unknown()),
})
export const eventListSchema = z.object({ items: z.array(eventSchema) })

export const eventQuery = z.strictObject({
  after: z.coerce
    .number({ error: 'Ожидается целое число.' })
    .int()
    .min(0)
    .max(2_147_483_647)
    .optional(),
  follow: z
    .enum(['true', 'false'])
    .optional()
    .describe('true — не закрывать поток после окончательного состояния'),
})
