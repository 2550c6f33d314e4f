import { z } from 'zod'
import { type Exchange, exchange, type Fetch } from '../../shared/http-exchange.ts'
import type { Registry } from '../port.ts'
import { parseJson } from './answers.ts'
import { type Answered, toFailure, toUnreadable } from './failures.ts'
import { toFindOutcome, toSubmitOutcome, toWithdrawOutcome } from './outcomes.ts'
import { readPortalKey } from './portal-key.ts'
import { toSubmissionRequest } from './submission-request.ts'

export interface PortalOptions {
  /** Address without the `/api/v1` part. */
  readonly baseUrl: string
  readonly token: string
  /** RSA key the portal unwraps file keys with, PEM (SPKI). */
  readonly publicKeyPem: string
  readonly fetch?: Fetch
}

/** Answers of the portal are a few hundred bytes; a long list of reasons fits easily. */
const MAX_ANSWER_BYTES = 1_048_576
const pingSchema = z.object({ status: z.literal('OK'), transactionId: z.string().min(1).max(200) })

/** The state portal over REST. Contract and table of failures: docs/registries/portal.md. */
export function createPortalRegistry(options: PortalOptions): Registry {
  const portalKey = readPortalKey(options.publicKeyPem)
  const base = `${options.baseUrl.replace(/\/+$/, '')}/api/v1`
  const call = (
    path: string,
    timeoutMs: number,
    body?: Buffer,
    headers?: Record<string, string>,
  ): Promise<Exchange> =>
    exchange({
      fetch: options.fetch ?? globalThis.fetch,
      url: base + path,
      method: body === undefined ? 'GET' : 'POST',
      token: options.token,
      timeoutMs,
      maxBytes: MAX_ANSWER_BYTES,
      ...(body === undefined ? {} : { body }),
      ...(headers === undefined ? {} : { headers }),
    })

  return {
    async submit({ submission, timeoutMs }) {
      const { documentId, document } = submission
      const request = toSubmissionRequest(submission, portalKey)
      const result = await call('/documents', timeoutMs, request.body, {
        'idempotency-key': documentId,
      })
      if (result.kind !== 'answered') throw toFailure(result, 'submit')
      return toSubmitOutcome(result, { request: request.kept, digest: document.digest })
    },
    async find({ documentId, timeoutMs }) {
      const path = `/documents/${encodeURIComponent(documentId)}`
      return toFindOutcome(answered(await call(path, timeoutMs)), documentId)
    },
    async withdraw({ documentId, reason, timeoutMs }) {
      const path = `/documents/${encodeURIComponent(documentId)}/withdrawal`
      const body = Buffer.from(JSON.stringify({ reason: reason.slice(0, 500) }))
      return toWithdrawOutcome(answered(await call(path, timeoutMs, body)), documentId)
    },
    async testConnection({ timeoutMs }) {
      const result = answered(await call('/ping', timeoutMs))
      if (result.status !== 200) throw toFailure(result, 'other')
      const body = result.body.kind === 'complete' ? parseJson(result.body.bytes) : undefined
      const parsed = pingSchema.safeParse(body)
      if (!parsed.success) throw toUnreadable(result, 'other')
      return parsed.data
    },
  }
}

function answered(result: Exchange): Answered {
  if (result.kind !== 'answered') throw toFailure(result, 'other')
  return result
}
