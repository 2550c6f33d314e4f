import { z } from 'zod'
import { AppError, type ErrorDetails } from '../../../domain/shared/app-error.ts'
import type { Exchange } from '../../shared/http-exchange.ts'
import { parseJson } from './answers.ts'
import { type Reason, reasonSchema, toCode } from './reasons.ts'

const errorsSchema = z.object({ errors: z.array(reasonSchema).max(1000) })

export type Answered = Extract<Exchange, { kind: 'answered' }>

/**
 * Translates everything that is not an answer of the contract (table at the end of docs/registries/portal.md).
 * `submit` is the one call whose outcome can be unknown; the others are repeated without harm, so that the same
 * trouble is merely transient there.
 */
export function toFailure(result: Exchange, call: 'submit' | 'other'): AppError {
  switch (result.kind) {
    case 'not-sent':
      return unavailable({ reason: result.code })
    case 'timeout':
      return call === 'submit' ? timedOut({}) : unavailable({ reason: 'timeout' })
    case 'lost':
      return call === 'submit'
        ? lost({ reason: result.code })
        : unavailable({ reason: result.code })
    case 'answered':
      return toStatusFailure(result, call)
  }
}

function toStatusFailure(result: Answered, call: 'submit' | 'other'): AppError {
  const { status, retryAfterMs } = result
  const details = { status }
  if (status === 429 || (status === 503 && retryAfterMs !== undefined)) {
    return new AppError('registry-busy', 'transient', {
      details,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    })
  }
  if (status === 401 || status === 403) {
    return new AppError('registry-access-denied', 'permanent', { details })
  }
  if (status >= 500) {
    if (call === 'other') return unavailable(details)
    return status === 504 ? timedOut(details) : lost(details)
  }
  const told = { ...details, ...portalCode(result) }
  if (status === 409 && call === 'submit') {
    return new AppError('registry-document-differs', 'permanent', { details: told })
  }
  return protocolError(told)
}

/** The body of a 2xx answer could not be had or understood. */
export function toUnreadable(result: Answered, call: 'submit' | 'other'): AppError {
  const details = { status: result.status, reason: `body-${bodyFault(result)}` }
  if (call === 'submit') return result.body.kind === 'timeout' ? timedOut(details) : lost(details)
  return result.body.kind === 'cut' || result.body.kind === 'timeout'
    ? unavailable(details)
    : protocolError(details)
}

export function protocolError(details: ErrorDetails): AppError {
  return new AppError('registry-protocol-error', 'permanent', { details })
}

function bodyFault(result: Answered): string {
  return result.body.kind === 'complete' ? 'malformed' : result.body.kind
}

function unavailable(details: ErrorDetails): AppError {
  return new AppError('registry-unavailable', 'transient', { details })
}

function timedOut(details: ErrorDetails): AppError {
  return new AppError('registry-timeout', 'ambiguous', { details })
}

function lost(details: ErrorDetails): AppError {
  return new AppError('registry-connection-lost', 'ambiguous', { details })
}

/** The portal's own word for what is wrong with our call, when it sent one. Its message stays out: it is free text. */
function portalCode(result: Answered): ErrorDetails {
  const first = readErrors(result)[0]
  return first === undefined ? {} : { portalCode: toCode(first.code) }
}

/** `errors` of a refusal; empty when the body holds none. */
export function readErrors(result: Answered): Reason[] {
  const body = result.body.kind === 'complete' ? parseJson(result.body.bytes) : undefined
  const parsed = errorsSchema.safeParse(body)
  return parsed.success ? parsed.data.errors : []
}
