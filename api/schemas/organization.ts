import { IANAZone } from 'luxon'
import { z } from 'zod'
import { parseInn } from '../../domain/identifiers/inn.ts'
import { parseKpp } from '../../domain/identifiers/kpp.ts'
import { parseOgrn, parseOgrnip } from '../../domain/identifiers/ogrn.ts'
import { parseOkpo } from '../../domain/identifiers/okpo.ts'
import type { Result } from '../../domain/shared/result.ts'
import { line } from './parts.ts'

/** Text that a domain parser accepts, in the parser's own form. */
const checked = (parse: (text: string) => Result<string, unknown>, message: string) =>
  z
    .string()
    .max(30)
    .transform((text, context) => {
      const parsed = parse(text)
      if (parsed.ok) return parsed.value
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })

const parseAnyOgrn = (text: string): Result<string, unknown> => {
  const organization = parseOgrn(text)
  return organization.ok ? organization : parseOgrnip(text)
}

/** The registry route and the switch to production are not set here: they have conditions of their own. */
export const organizationBody = z.strictObject({
  name: line(500).describe('Полное наименование'),
  inn: checked(parseInn, 'Ожидается ИНН: 10 или 12 цифр с верным контрольным числом.').describe(
    'ИНН',
  ),
  ogrn: checked(
    parseAnyOgrn,
    'Ожидается ОГРН или ОГРНИП: 13 или 15 цифр с верным контрольным числом.',
  ).describe('ОГРН или ОГРНИП'),
  okpo: checked(parseOkpo, 'Ожидается ОКПО: 8 или 10 цифр с верным контрольным числом.')
    .nullable()
    .default(null)
    .describe('ОКПО'),
  kpp: checked(parseKpp, 'Ожидается КПП: 9 знаков.').nullable().default(null).describe('КПП'),
  oid: z
    .string()
    .max(128)
    .regex(/^[0-2](\.(0|[1-9]\d*))+$/, {
      error: 'Ожидается OID, например 1.2.643.5.1.13.13.12.2.77.1.',
    })
    .nullable()
    .default(null)
    .describe('OID организации в реестре НСИ'),
  license: line(300).nullable().default(null).describe('Лицензия на медицинскую деятельность'),
  email: z.email({ error: 'Ожидается адрес электронной почты.' }).max(254).nullable().default(null),
  phone: line(50).nullable().default(null),
  address: line(500).nullable().default(null),
  legalBasis: z
    .enum(['consent', 'law'])
    .describe('consent — только по согласию пациента; law — по закону (323-ФЗ, ст. 13)'),
  timeZone: z
    .string()
    .max(64)
    .refine((zone) => IANAZone.isValidZone(zone), {
      error: 'Ожидается часовой пояс, например Europe/Moscow.',
    })
    .describe('Пояс для времени без смещения'),
})

export const organizationSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    inn: z.string(),
    ogrn: z.string(),
    okpo: z.string().nullable(),
    kpp: z.string().nullable(),
    oid: z.string().nullable(),
    license: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    address: z.string().nullable(),
    legalBasis: z.enum(['consent', 'law']),
    registry: z.string().describe('Куда передаются результаты'),
    environment: z.enum(['test', 'production']).describe('Тестовая или рабочая среда реестра'),
    timeZone: z.string(),
  })
  .describe('Организация')

export const organizationParams = z.object({ id: z.string().regex(/^[\w.-]{1,64}$/) })
