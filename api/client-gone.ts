import type { ServerResponse } from 'node:http'

/** Aborts when the answer is finished or the client has closed the connection. */
export function clientGone(answer: ServerResponse): AbortSignal {
  const gone = new AbortController()
  answer.once('close', () => gone.abort())
  return gone.signal
}
