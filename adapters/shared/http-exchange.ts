import { provesNotSent } from './not-sent.ts'

export type Fetch = typeof globalThis.fetch

export interface ExchangeRequest {
  readonly fetch: Fetch
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly token: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as `application/json`. */
  readonly body?: Buffer
  /** For the whole exchange, body of the answer included. */
  readonly timeoutMs: number
  /** An answer that is larger is not read to its end. */
  readonly maxBytes: number
}

/** What came of one HTTP call. Each adapter decides what it means by its own contract. */
export type Exchange =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly retryAfterMs: number | undefined
      readonly body: AnswerBody
    }
  /** Provably not processed: no connection was made. */
  | { readonly kind: 'not-sent'; readonly code: string }
  /** The request may have been processed. */
  | { readonly kind: 'timeout' }
  | { readonly kind: 'lost'; readonly code: string }

export type AnswerBody =
  | { readonly kind: 'complete'; readonly bytes: Buffer }
  | { readonly kind: 'cut' | 'timeout' | 'too-large' }

/** One authenticated call that never throws for anything the network does, and never follows a redirect. */
export async function exchange(request: ExchangeRequest): Promise<Exchange> {
  const signal = AbortSignal.timeout(request.timeoutMs)
  let response: Response
  try {
    response = await request.fetch(request.url, {
      method: request.method,
      redirect: 'manual',
      signal,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${request.token}`,
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { body: new Uint8Array(request.body) }),
    })
  } catch (error) {
    if (signal.aborted) return { kind: 'timeout' }
    const code = networkCode(error)
    return { kind: provesNotSent(error) ? 'not-sent' : 'lost', code }
  }
  return {
    kind: 'answered',
    status: response.status,
    retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), Date.now()),
    body: await readBody(response, signal, request.maxBytes),
  }
}

async function readBody(
  response: Response,
  signal: AbortSignal,
  maxBytes: number,
): Promise<AnswerBody> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength
      // Leaving the loop cancels the stream, and with it the connection.
      if (size > maxBytes) return { kind: 'too-large' }
      chunks.push(chunk)
    }
  } catch {
    return { kind: signal.aborted ? 'timeout' : 'cut' }
  }
  return { kind: 'complete', bytes: Buffer.concat(chunks) }
}

/** Seconds or an HTTP date; at most a day, so that a wrong clock on the other side cannot park a submission for years. */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined
  const text = value.trim()
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), 86_400_000)
}

/** The system's word for it (`ECONNRESET`); never the message, which may quote what was sent. */
function networkCode(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? code : 'network-error'
}
