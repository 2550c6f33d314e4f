import { z } from 'zod'
import { parseDecimal } from '../decimal.ts'
import * as parts from '../report-parts.ts'

const decimal = z
  .union([z.number(), z.string()], { error: 'ожидается число' })
  .refine((value) => parseDecimal(String(value)) !== undefined, { error: 'ожидается число' })
  .describe('Число или его запись текстом; запятая допускается. Знаки после запятой сохраняются')
const time = z.iso
  .datetime({
    offset: true,
    local: true,
    error: 'ожидается дата и время, например 2026-03-02T10:15:00+03:00',
  })
  .describe('Без смещения — по времени лаборатории')
const notes = parts.notes.optional()

const unit = parts.unit.optional()
const value = z
  .discriminatedUnion('kind', [
    parts.quantity.extend({ value: decimal, unit }),
    parts.ratio.extend({ numerator: decimal, denominator: decimal, unit }),
    parts.range.extend({ low: decimal, high: decimal, unit }),
    ...parts.wordValues,
  ])
  .describe('Обязательно для окончательных показателей, у которых нет примечания')
const referenceRange = parts.referenceRange.extend({
  low: decimal.optional(),
  high: decimal.optional(),
})
const observation = parts.observation.extend({
  value: value.optional(),
  referenceRange: referenceRange.optional(),
  performedAt: time.optional(),
  status: parts.observationStatus.optional().describe('Если не указан — как у отчёта'),
  notes,
})
const practitioner = parts.practitioner.extend({ snils: parts.line(20).optional() })

/**
 * One result as a laboratory sends it in JSON. Free of transforms, so that `z.toJSONSchema` describes it for OpenAPI.
 * Wider than the canonical report: it states `issuedAt` and `messageId` about itself, numbers may be JSON numbers or text
 * with a comma, times may lack an offset, СНИЛС and policy may hold separators, and lists of notes and the status of an
 * observation may be left out.
 */
export const reportInputSchema = z
  .strictObject({
    source: parts.source,
    status: parts.reportStatus,
    patient: parts.patient.extend({
      birthDate: parts.patient.shape.birthDate.unwrap(),
      snils: parts.line(20).optional().describe('СНИЛС, 11 цифр; разделители допускаются'),
      policy: parts.line(30).optional().describe('Номер полиса ОМС (ЕНП), 16 цифр'),
    }),
    order: parts.order.extend({ orderedAt: time.optional() }).optional(),
    performer: practitioner.optional().describe('Кто выполнил исследование'),
    responsibleDoctor: practitioner.optional().describe('Кто назначил; получает уведомления'),
    specimen: parts.specimen
      .extend({ collectedAt: time.optional(), receivedAt: time.optional() })
      .optional(),
    analysis: parts.analysis.describe('Вид исследования'),
    observations: z
      .array(observation)
      .max(parts.MOST_OBSERVATIONS, { error: `не больше ${parts.MOST_OBSERVATIONS} показателей` })
      .describe('Хотя бы один; пусто только у отозванного результата (cancelled)'),
    performedAt: time.describe('Когда получен результат'),
    issuedAt: time
      .optional()
      .describe('Когда лаборатория сообщила этот результат: отличает более новое сообщение'),
    messageId: parts.line(200).optional().describe('Номер сообщения; у повтора тот же'),
    notes,
  })
  .describe('Результат лабораторного исследования')

export type ReportInput = z.infer<typeof reportInputSchema>
