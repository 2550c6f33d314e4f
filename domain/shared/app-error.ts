/**
 * Why an operation gave no answer. The class alone decides what happens next:
 * - `transient`: provably not processed; the same call may be repeated.
 * - `ambiguous`: may have been processed; ask before repeating (promise P5).
 * - `permanent`: repeating cannot help; a person has to look.
 */
export type ErrorClass = 'transient' | 'ambiguous' | 'permanent'

/** Facts that help a person or a program: ids, codes, counts, names of fields. Never personal data. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | readonly string[]>>

/**
 * The only error raised on purpose. A refusal by the other side is a value, not an AppError.
 * `code` is stable and listed in docs/errors.md; codes survive serialisation, `instanceof` does not.
 */
export class AppError extends Error {
  readonly code: string
  readonly class: ErrorClass
  readonly details: ErrorDetails
  /** Milliseconds to wait before the next try, when the other side named a time (Retry-After). */
  readonly retryAfterMs: number | undefined

  constructor(
    code: string,
    errorClass: ErrorClass,
    options: { details?: ErrorDetails; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.class = errorClass
    this.details = options.details ?? {}
    this.retryAfterMs = options.retryAfterMs
  }
}

/** True for an AppError of any realm: compares shape, because workflow and activity code may hold different copies. */
export function isAppError(value: unknown): value is AppError {
  return value instanceof Error && value.name === 'AppError' && 'code' in value && 'class' in value
}
