import type { z } from 'zod'
import type { Issue } from '../../domain/shared/issue.ts'

type SchemaIssue = z.core.$ZodIssue

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'ожидается текст',
  object: 'ожидается объект',
  array: 'ожидается список',
  number: 'ожидается число',
  int: 'ожидается целое число',
}

/** RFC 6901. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('')
}

/**
 * What the schema found, in Russian and without the offending values: zod's own English texts stop here. The check must
 * have been run with `reportInput`, by which a missing field is told from a wrong one.
 */
export function toIssues(error: z.ZodError): Issue[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownField(issue.path, key))
      : [wrongField(issue)],
  )
}

/** A name that does not look like one may be misplaced content and is not repeated. */
function unknownField(path: readonly PropertyKey[], key: string): Issue {
  const nameable = /^[A-Za-z_]\w{0,39}$/.test(key)
  const where = path.length === 0 ? 'на верхнем уровне' : `в ${toPointer(path)}`
  return {
    code: 'unknown-field',
    pointer: toPointer(nameable ? [...path, key] : path),
    detail: `Неизвестное поле ${nameable ? `«${key}» ` : ''}${where}.`,
    severity: 'error',
  }
}

function wrongField(issue: SchemaIssue): Issue {
  const pointer = toPointer(issue.path)
  const missing = issue.input === undefined && issue.code !== 'custom'
  const detail = missing ? 'обязательное поле отсутствует' : explain(issue)
  return {
    code: missing ? 'required' : toCode(issue.code),
    pointer,
    detail: `${pointer === '' ? 'Отчёт' : `Поле ${pointer}`}: ${detail}.`,
    severity: 'error',
  }
}

function explain(issue: SchemaIssue): string {
  // Texts of our own schemas are Russian; anything else would be zod's default.
  if (/[а-яё]/i.test(issue.message)) return issue.message
  if (issue.code === 'invalid_type') return EXPECTED[issue.expected] ?? 'значение другого вида'
  if (issue.code === 'invalid_union')
    return 'ожидается вид quantity, text, coded, ratio, range или file'
  if (issue.code === 'too_big') return `не больше ${issue.maximum}`
  if (issue.code === 'too_small') return `не меньше ${issue.minimum}`
  return 'недопустимое значение'
}

function toCode(code: SchemaIssue['code']): string {
  if (code === 'invalid_type') return 'invalid-type'
  if (code === 'too_big') return 'too-large'
  if (code === 'too_small') return 'too-small'
  return 'invalid-value'
}
