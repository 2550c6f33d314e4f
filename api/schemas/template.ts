import { z } from 'zod'
import { code, line } from './parts.ts'

/** Fields a template may ask for: places in the report, by name. */
const pointer = z
  .string()
  .max(200)
  .regex(
    /^\/(source|patient|order|performer|responsibleDoctor|specimen|analysis|observations|performedAt|notes)(\/[A-Za-z0-9]+)*$/,
    { error: 'Ожидается JSON-указатель на поле результата, например /patient/snils.' },
  )

export const templateBody = z.strictObject({
  title: line(300).describe('Название документа'),
  serviceCodes: z
    .array(code)
    .min(1, { error: 'Нужен хотя бы один код услуги.' })
    .max(50)
    .describe('Коды услуг НМУ; в документ идёт первый'),
  analysisCodes: z
    .array(z.strictObject({ codeSystem: code, code }))
    .max(200)
    .default([])
    .describe('Коды, которыми лаборатория называет исследование'),
  requiredFields: z.array(pointer).max(100).default([]).describe('Что обязано быть в результате'),
  personalSignatures: z.int().min(0).max(5).default(0).describe('Сколько нужно личных подписей'),
  panels: z
    .array(code)
    .max(50)
    .default([])
    .describe('Коды шаблонов, исследования которых объединяются в один документ'),
})

export const templateSchema = z
  .object({
    code: z.string(),
    version: z.number().int(),
    versionId: z.string(),
    title: z.string(),
    serviceCodes: z.array(z.string()),
    analysisCodes: z.array(z.object({ codeSystem: z.string(), code: z.string() })),
    requiredFields: z.array(z.string()),
    personalSignatures: z.number().int(),
    panels: z.array(z.string()),
    confirmed: z.boolean().describe('Первый документ этой версии подтверждён человеком'),
  })
  .describe('Шаблон документа для вида исследования')

export const templateListSchema = z.object({ items: z.array(templateSchema) })
export const templateParams = z.object({ code })
