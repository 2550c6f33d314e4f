import { ERROR_CODES, type ErrorCodeName } from '../domain/shared/error-codes.ts'
import type { Issue } from '../domain/shared/issue.ts'

/** One wrong field: JSON pointer or HL7 location, stable code, Russian text without values. */
export interface FieldError {
  readonly pointer: string
  readonly code: string
  readonly detail: string
}

/** Body of every error answer (RFC 9457). */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ErrorCodeName
  readonly detail: string
  readonly instance: string
  readonly errors?: readonly FieldError[]
  readonly [extension: string]: unknown
}

export interface ProblemOptions {
  readonly errors?: readonly FieldError[]
  readonly headers?: Readonly<Record<string, string>>
  /** Further members of the answer, for instance a link to what the request collided with. */
  readonly extensions?: Readonly<Record<string, unknown>>
  /** Instead of the text of the code; Russian, no personal data. */
  readonly detail?: string
}

/** A refusal of the HTTP interface, on purpose: thrown by routes and hooks, answered by the error mapper. */
export class ApiProblem extends Error {
  readonly code: ErrorCodeName
  readonly options: ProblemOptions

  constructor(code: ErrorCodeName, options: ProblemOptions = {}) {
    super(code)
    this.name = 'ApiProblem'
    this.code = code
    this.options = options
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Запрос не читается',
  401: 'Доступ не подтверждён',
  403: 'Нет права',
  404: 'Не найдено',
  405: 'Метод не поддерживается',
  406: 'Формат ответа не поддерживается',
  409: 'Противоречие с текущим состоянием',
  410: 'Больше не существует',
  413: 'Слишком большой запрос',
  415: 'Формат не поддерживается',
  422: 'Данные неверны',
  429: 'Слишком много запросов',
  500: 'Внутренняя ошибка',
  502: 'Внешняя система ответила неверно',
  503: 'Временно недоступно',
  504: 'Внешняя система не ответила',
}

export function toProblem(
  code: ErrorCodeName,
  requestId: string,
  options: ProblemOptions = {},
): Problem {
  const { status, text } = ERROR_CODES[code]
  return {
    type: `urn:gonets:problem:${code}`,
    title: TITLES[status] ?? 'Ошибка',
    status,
    code,
    detail: options.detail ?? text,
    instance: `urn:uuid:${requestId}`,
    ...(options.errors && { errors: options.errors }),
    ...options.extensions,
  }
}

export function toFieldError(issue: Issue): FieldError {
  return { pointer: issue.pointer, code: issue.code, detail: issue.detail }
}

/** A single wrong field, with the text of its code unless a better one is given. */
export function invalidField(
  pointer: string,
  detail: string,
  code: ErrorCodeName = 'field-invalid',
): ApiProblem {
  return new ApiProblem('validation-failed', { errors: [{ pointer, code, detail }] })
}
