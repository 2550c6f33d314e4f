import { z } from 'zod'
import { code, line } from './parts.ts'

export const mappingKind = z
  .enum(['observation', 'unit', 'analysis'])
  .describe('observation — в ФСЛИ, unit — в НСИ 1358, analysis — в шаблон')

/** Form of the official code, by kind: a typing error is found here rather than by the registry. */
const TARGET = {
  observation: { pattern: /^\d{7}$/, message: 'Код ФСЛИ состоит из 7 цифр.' },
  unit: { pattern: /^\d{1,6}$/, message: 'Код единицы НСИ 1358 состоит из цифр.' },
  analysis: { pattern: /^\S.*$/, message: 'Ожидается код шаблона.' },
} as const

const mapping = z
  .strictObject({
    kind: mappingKind,
    codeSystem: code.describe('Справочник лаборатории'),
    code: code.describe('Код лаборатории'),
    targetCode: code.describe('Официальный код'),
    targetName: line(1000).describe('Официальное наименование'),
  })
  .superRefine(({ kind, targetCode }, context) => {
    const { pattern, message } = TARGET[kind]
    if (!pattern.test(targetCode))
      context.addIssue({ code: 'custom', path: ['targetCode'], message })
  })

export const mappingsBody = z
  .union([z.array(mapping).min(1).max(5000), mapping])
  .describe('Одно сопоставление или список')

const confirmation = z.strictObject({
  kind: mappingKind,
  codeSystem: code,
  code,
  targetCode: code.describe('Официальный код, как его видит подтверждающий'),
})
export const confirmationsBody = z
  .union([z.array(confirmation).min(1).max(5000), confirmation])
  .describe('Одно сопоставление или список')

export const mappingSchema = z.object({
  kind: mappingKind,
  codeSystem: z.string(),
  code: z.string(),
  targetCode: z.string(),
  targetName: z.string(),
  confirmed: z
    .boolean()
    .describe('Сверено со справочником или подтверждено вторым сотрудником; иначе не применяется'),
  reason: z.string().optional().describe('Почему нужен второй сотрудник'),
})
export const mappingListSchema = z.object({ items: z.array(mappingSchema) })
export const mappingQuery = z.strictObject({ kind: mappingKind.optional() })
export const mappingKeyQuery = z.strictObject({ kind: mappingKind, codeSystem: code, code })
