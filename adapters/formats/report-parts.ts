import { z } from 'zod'
import { hasInvisible, isPrintable } from '../../domain/shared/text.ts'

/** One line of text. Trimmed, because padding is an artefact of the sender's database. */
export const line = (most: number) =>
  z
    .string({ error: 'ожидается текст' })
    .max(most, { error: `не длиннее ${most} знаков` })
    .trim()
    .normalize('NFC')
    .min(1, { error: 'не должно быть пустым' })
    .refine((text) => isPrintable(text) && !text.includes('\n'), {
      error: 'содержит управляющие или недопустимые знаки',
    })
/** Of a person: what is not seen would make another name of it. */
const name = line(100).refine((text) => !hasInvisible(text), {
  error: 'содержит невидимые знаки или знаки направления письма',
})
const prose = z
  .string({ error: 'ожидается текст' })
  .max(20_000, { error: 'не длиннее 20000 знаков' })
  .trim()
  .normalize('NFC')
  .min(1, { error: 'не должно быть пустым' })
  .refine(isPrintable, { error: 'содержит управляющие или недопустимые знаки' })
const decimal = z
  .string({ error: 'ожидается число' })
  .max(90)
  .regex(/^-?\d+(\.\d+)?$/, { error: 'ожидается число' })
export const instant = z.iso.datetime({
  offset: true,
  error: 'ожидается дата и время со смещением, например 2026-03-02T10:15:00+03:00',
})
const digits = (count: number) =>
  z.string().regex(new RegExp(`^\\d{${count}}$`), { error: `ожидаются ${count} цифр` })
export const notes = z.array(prose).max(200, { error: 'не больше 200 примечаний' })

export const source = z
  .strictObject({
    system: line(100).describe('Лабораторная система, выдавшая результат'),
    resultId: line(100).describe('Номер результата в лабораторной системе'),
    version: z
      .int({ error: 'ожидается целое число' })
      .min(1, { error: 'ожидается число не меньше 1' })
      .max(1_000_000, { error: 'ожидается число не больше 1000000' })
      .optional()
      .describe('Версия результата, с 1; не указывается, если система её не ведёт'),
  })
  .describe(
    'Вместе с организацией отличает результат от других: повтор того же не создаёт второй отправки',
  )
export const email = z.email({ error: 'ожидается адрес электронной почты' }).max(254)
export const patient = z.strictObject({
  familyName: name.describe('Фамилия'),
  givenName: name
    .optional()
    .describe('Имя; нет у новорождённых без имени и у людей с одним именем'),
  singleName: z.boolean().optional().describe('У пациента одно имя; оно указано в familyName'),
  patronymic: name.optional().describe('Отчество'),
  birthDate: z.iso
    .date({ error: 'ожидается дата ГГГГ-ММ-ДД' })
    .optional()
    .describe('Дата рождения'),
  sex: z
    .enum(['male', 'female', 'other', 'unknown'], {
      error: 'ожидается male, female, other или unknown',
    })
    .describe('Пол'),
  snils: digits(11).optional().describe('СНИЛС'),
  policy: digits(16).optional().describe('Номер полиса ОМС (ЕНП)'),
  localId: line(100).optional().describe('Номер пациента в лабораторной системе'),
  localIdSystem: line(100)
    .optional()
    .describe('Кто присвоил номер; если не указано — лабораторная система, выдавшая результат'),
  phone: line(50).optional().describe('Телефон'),
  email: email.optional(),
})
export const practitioner = z.strictObject({
  familyName: name.describe('Фамилия'),
  givenName: name.optional().describe('Имя'),
  patronymic: name.optional().describe('Отчество'),
  localId: line(100).optional().describe('Номер сотрудника в лабораторной системе'),
  snils: digits(11).optional().describe('СНИЛС'),
  position: line(200).optional().describe('Должность'),
  email: email.optional(),
})
export const coding = z.strictObject({
  code: line(100).describe('Код'),
  codeSystem: line(100).describe(
    'fsli (ФСЛИ), nmu (НМУ), LN (LOINC), local или имя иного справочника',
  ),
  name: line(1000).describe('Наименование'),
})
export const order = z.strictObject({
  placerNumber: line(100).optional().describe('Номер направления'),
  fillerNumber: line(100).optional().describe('Номер заказа в лаборатории'),
  orderedAt: instant.optional(),
  priority: z
    .enum(['routine', 'urgent', 'asap', 'stat'], {
      error: 'ожидается routine, urgent, asap или stat',
    })
    .optional()
    .describe(
      'Срочность: routine — обычная, urgent — срочно, asap — как можно скорее, stat — немедленно. Всё, кроме routine, ' +
        'передаётся раньше обычных результатов. На содержание результата не влияет: повтор с другой срочностью — повтор',
    ),
})
export const specimen = z.strictObject({
  id: line(100).optional().describe('Номер образца'),
  type: coding.optional().describe('Биоматериал'),
  collectedAt: instant.optional().describe('Время взятия'),
  receivedAt: instant.optional().describe('Время поступления в лабораторию'),
})
export const analysis = coding.extend({
  serviceCode: line(100).optional().describe('Код медицинской услуги (НМУ)'),
})
export const unit = z.strictObject({ code: line(100), codeSystem: line(100).optional() })
export const quantity = z.strictObject({
  kind: z.literal('quantity'),
  value: decimal,
  comparator: z.enum(['<', '<=', '>', '>=']).optional(),
  unit: unit.optional(),
})
export const ratio = z.strictObject({
  kind: z.literal('ratio'),
  numerator: decimal,
  denominator: decimal,
  separator: z.string().regex(/^[:/]$/, { error: 'ожидается : или /' }),
  unit: unit.optional(),
})
export const range = z.strictObject({
  kind: z.literal('range'),
  low: decimal,
  high: decimal,
  unit: unit.optional(),
})
export const referenceRange = z.strictObject({
  low: decimal.optional(),
  high: decimal.optional(),
  text: line(1000).optional().describe('Как записано в лаборатории'),
})
const text = z.strictObject({ kind: z.literal('text'), text: prose })
const coded = z.strictObject({ kind: z.literal('coded'), coding })
/** No regular expression over the whole: on megabytes it would exhaust the stack of the expression engine. */
const isBase64 = (data: string) =>
  data.length % 4 === 0 && !/[^A-Za-z0-9+/=]/.test(data) && !/=[^=]/.test(data)
const file = z.strictObject({
  kind: z.literal('file'),
  mediaType: line(100).regex(/^[\w.+-]+\/[\w.+-]+$/, {
    error: 'ожидается тип, например application/pdf',
  }),
  title: line(300).optional(),
  dataBase64: z.string().min(4).refine(isBase64, { error: 'ожидается содержимое в Base64' }),
})
export const wordValues = [text, coded, file] as const

export const observation = coding.extend({
  alternative: coding.optional().describe('Второй код того же теста'),
  interpretation: line(20).optional().describe('HL7 0078: N L H LL HH A AA …'),
  panel: coding.optional().describe('Панель, в составе которой выполнен тест'),
})
export const reportStatus = z
  .enum(['preliminary', 'final', 'corrected', 'cancelled'], {
    error: 'ожидается preliminary, final, corrected или cancelled',
  })
  .describe('Отправляются только final и corrected; cancelled — лаборатория отзывает результат')
export const observationStatus = z.enum(['preliminary', 'final', 'corrected', 'cancelled'], {
  error: 'ожидается preliminary, final, corrected или cancelled',
})

/** Most observations of one report: the largest panels have some two hundred. */
export const MOST_OBSERVATIONS = 1000
