import { z } from 'zod'

/** Described for OpenAPI only: problems are written by plugins/error-mapper.ts. */
export const problemSchema = z
  .object({
    type: z.string().describe('urn:gonets:problem:<code>'),
    title: z.string().describe('Вид ошибки'),
    status: z.number().int(),
    code: z.string().describe('Постоянный код, см. docs/errors.md'),
    detail: z.string().describe('Что случилось и что делать'),
    instance: z.string().describe('Номер запроса: назовите его поддержке'),
    errors: z
      .array(
        z.object({
          pointer: z.string().describe('JSON-указатель или место в HL7'),
          code: z.string(),
          detail: z.string(),
        }),
      )
      .optional()
      .describe('По записи на каждое неверное поле'),
  })
  .describe('Ошибка по RFC 9457; данных пациента не содержит')
