import type { FastifySchemaCompiler } from 'fastify'
import type { z } from 'zod'
import { ERROR_CODES } from '../../domain/shared/error-codes.ts'
import { ApiProblem, type FieldError } from '../problem.ts'

type RawIssue = Parameters<NonNullable<z.core.ParseContext<z.core.$ZodIssue>['error']>>[0]

const SAFE_NAME = /^[A-Za-z0-9_-]{1,64}$/
const TYPES: Readonly<Record<string, string>> = {
  string: 'строка',
  number: 'число',
  int: 'целое число',
  boolean: 'true или false',
  array: 'список',
  object: 'объект',
  record: 'объект',
  date: 'дата',
}

/**
 * Checks input by zod and answers with one entry per field. Texts are ours: zod's own quote type names, and names a
 * caller made up are repeated only when they look like names of fields (promise P7).
 */
export const compileValidator: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (data) => {
    const result = schema.safeParse(data, { error: toText })
    if (result.success) return { value: result.data }
    const errors = result.error.issues.flatMap(toFieldErrors)
    return { error: new ApiProblem('validation-failed', { errors }) }
  }

export function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const pointer = toPointer(issue.path)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const name = SAFE_NAME.test(key) ? `/${key}` : ''
      return { pointer: `${pointer}${name}`, code: 'field-unknown', detail: issue.message }
    })
  }
  const code =
    issue.message === ERROR_CODES['field-required'].text ? 'field-required' : 'field-invalid'
  return [{ pointer, code, detail: issue.message }]
}

export function toText(issue: RawIssue): string {
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return ERROR_CODES['field-required'].text
    return `Ожидается ${TYPES[issue.expected] ?? 'другое значение'}.`
  }
  if (issue.code === 'invalid_value')
    return `Ожидается одно из значений: ${issue.values.map(String).join(', ')}.`
  if (issue.code === 'too_small') return outOfBounds(issue.origin, 'не меньше', issue.minimum)
  if (issue.code === 'too_big') return outOfBounds(issue.origin, 'не больше', issue.maximum)
  return ERROR_CODES[issue.code === 'unrecognized_keys' ? 'field-unknown' : 'field-invalid'].text
}

function outOfBounds(origin: string, relation: string, bound: number | bigint): string {
  if (origin === 'string') return `Ожидается текст длиной ${relation} ${bound} знаков.`
  if (origin === 'array') return `Ожидается список длиной ${relation} ${bound}.`
  return `Ожидается значение ${relation} ${bound}.`
}

function toPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${SAFE_NAME.test(String(part)) ? String(part) : '…'}`).join('')
}
