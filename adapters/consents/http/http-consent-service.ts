import { z } from 'zod'
import { AppError, type ErrorDetails } from '../../../domain/shared/app-error.ts'
import { type AnswerBody, type Exchange, exchange, type Fetch } from '../../shared/http-exchange.ts'
import type { ConsentAnswer, ConsentService } from '../port.ts'

const MAX_ANSWER_BYTES = 65_536
const answerSchema = z.object({
  requestId: z.string().min(1).max(200),
  status: z.enum(['active', 'expired', 'rejected', 'unknown']),
  documentNumber: z.string().max(200).nullish(),
  validUntil: z.iso.datetime({ offset: true }).nullish(),
  expressedAt: z.iso.datetime({ offset: true }).nullish(),
})

/** The consent service over REST. Contract and table of failures: docs/registries/consent-service.md. */
export function createHttpConsentService(options: {
  readonly baseUrl: string
  readonly token: string
  readonly fetch?: Fetch
}): ConsentService {
  const url = `${options.baseUrl.replace(/\/+$/, '')}/api/v1/consents/query`
  return {
    async check({ patientRef, documentNumber, analysis, timeoutMs }) {
      const query = {
        patientRef,
        documentNumber: documentNumber ?? null,
        analysis,
      }
      const result = await exchange({
        fetch: options.fetch ?? globalThis.fetch,
        url,
        method: 'POST',
        token: options.token,
        // In the body, because an address is logged by every machine on the way.
        body: Buffer.from(JSON.stringify(query)),
        timeoutMs,
        maxBytes: MAX_ANSWER_BYTES,
      })
      if (result.kind !== 'answered') throw unavailable({ reason: toReason(result) })
      if (result.status !== 200) throw toStatusFailure(result.status, result.retryAfterMs)
      return toAnswer(result.body)
    },
  }
}

function toAnswer(body: AnswerBody): ConsentAnswer {
  if (body.kind !== 'complete') {
    throw body.kind === 'too-large'
      ? protocolError({ status: 200, reason: 'body-too-large' })
      : unavailable({ reason: `body-${body.kind}` })
  }
  const parsed = answerSchema.safeParse(parseJson(body.bytes))
  if (!parsed.success) throw protocolError({ status: 200, reason: 'body-malformed' })
  const { requestId, status, documentNumber, validUntil, expressedAt } = parsed.data
  return {
    requestId,
    status,
    documentNumber: documentNumber ?? undefined,
    validUntil: validUntil ? new Date(validUntil) : undefined,
    expressedAt: expressedAt ? new Date(expressedAt) : undefined,
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

function toReason(result: Exclude<Exchange, { kind: 'answered' }>): string {
  return result.kind === 'timeout' ? 'timeout' : result.code
}

function toStatusFailure(status: number, retryAfterMs: number | undefined): AppError {
  return status === 429 || status >= 500
    ? unavailable({ status }, retryAfterMs)
    : protocolError({ status })
}

function unavailable(details: ErrorDetails, retryAfterMs?: number): AppError {
  return new AppError('consent-service-unavailable', 'transient', {
    details,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

function protocolError(details: ErrorDetails): AppError {
  return new AppError('consent-service-protocol-error', 'permanent', { details })
}
