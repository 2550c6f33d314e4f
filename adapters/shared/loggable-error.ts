import { isAppError } from '../../domain/shared/app-error.ts'

interface LoggableError {
  readonly name: string
  readonly code?: string
  readonly details?: unknown
  readonly frames: readonly string[]
  readonly cause?: LoggableError
}

/**
 * What may be logged of an error nobody expected: its name, code and places, never its message. Messages of
 * database and parser errors quote the values they failed on, and those may be personal data (promise P7).
 */
export function toLoggableError(error: unknown, depth = 0): LoggableError {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] }
  const code: unknown = 'code' in error ? error.code : undefined
  return {
    name: error.name,
    ...(typeof code === 'string' && { code }),
    ...(isAppError(error) && { details: error.details }),
    frames: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 8)
      .map((line) => line.trim()),
    ...(error.cause !== undefined &&
      depth < 4 && { cause: toLoggableError(error.cause, depth + 1) }),
  }
}
