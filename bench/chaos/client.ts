import { setTimeout as pause } from 'node:timers/promises'

export interface Answer {
  readonly status: number
  readonly body: unknown
}

interface Raw {
  readonly status: number
  readonly text: string
}
const toAnswer = ({ status, text }: Raw): Answer => ({ status, body: JSON.parse(text) })

/** A laboratory system that does not give up: what was not answered, or answered with 5xx or Retry-After, is sent again. */
export interface PatientClient {
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  get<T>(path: string): Promise<T>
  /** The answer as it is, with its status. */
  text(path: string): Promise<{ readonly status: number; readonly text: string }>
  /** Calls that had to be repeated so far. */
  readonly retries: () => number
}

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 1_000
const CALL_TIMEOUT_MS = 10_000

export function createPatientClient(options: {
  readonly apiUrl: string
  readonly apiKey: string
  /** Ends the patience. */
  readonly signal: AbortSignal
}): PatientClient {
  let retries = 0
  const once = async (path: string, init: RequestInit): Promise<Raw | undefined> => {
    try {
      const response = await fetch(new URL(path, options.apiUrl), {
        ...init,
        headers: { ...init.headers, authorization: `Bearer ${options.apiKey}` },
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      })
      const text = await response.text()
      // 429, and 409 while an Idempotency-Key is held by a request that was killed, say when to come again.
      const later = response.status >= 500 || response.headers.has('retry-after')
      return later ? undefined : { status: response.status, text }
    } catch {
      return undefined
    }
  }
  const call = async (path: string, init: RequestInit): Promise<Raw> => {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const answer = await once(path, init)
      if (answer) return answer
      retries += 1
      await pause(pauseMs, undefined, { signal: options.signal })
    }
  }
  return {
    post: async (path, body, headers) =>
      toAnswer(
        await call(path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          // What is a text already is sent as it is.
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      ),
    async get<T>(path: string) {
      const { status, body } = toAnswer(await call(path, {}))
      if (status !== 200) throw new Error(`GET ${path.split('?')[0]}: ${status}`)
      return body as T
    },
    text: (path) => call(path, {}),
    retries: () => retries,
  }
}
