import { ApplicationFailure, CancelledFailure } from '@temporalio/common'
import { isAppError } from '../domain/shared/app-error.ts'

/**
 * The one translation from our errors to Temporal's. The code becomes the failure's type; only transient failures are
 * repeated. Messages of unexpected errors may quote data, so they stay behind: the type of the error is all that travels.
 */
export function toApplicationFailure(error: unknown, attempt = 1): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error
  if (isAppError(error)) {
    return ApplicationFailure.create({
      type: error.code,
      message: error.code,
      nonRetryable: error.class !== 'transient',
      details: [{ ...error.details, class: error.class }],
      ...(error.retryAfterMs === undefined
        ? {}
        : { nextRetryDelay: Math.max(error.retryAfterMs, ownPauseMs(attempt)) }),
    })
  }
  const failure = ApplicationFailure.create({
    type: 'unexpected-failure',
    message: nameOf(error),
    nonRetryable: false,
  })
  failure.stack = error instanceof Error ? framesOf(error) : ''
  return failure
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 600_000

/**
 * The pause the other side names takes the place of the growing one: without a floor a registry that says "in a minute" all
 * day would use up the tries meant for a day within hours.
 */
const ownPauseMs = (attempt: number) =>
  Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS)

/** A name is a word of code; anything longer may have been written to carry a message. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return /^[\w$]{1,60}$/.test(error.name) ? error.name : 'Error'
}

/** The stack without the message it repeats: a line of a message can look like a frame. */
function framesOf({ stack = '', message }: Error): string {
  const start = stack.indexOf(message)
  return stack
    .slice(start < 0 ? 0 : start + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
}
