import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  parsePortalAnswer,
  verifyPortalSignature,
} from '../../../adapters/registries/portal/answers.ts'
import type { RegistryAnswer } from '../../../domain/submission/registry-answer.ts'

interface Received {
  readonly path: string
  readonly signed: boolean
  readonly answer: RegistryAnswer | undefined
  /** What we answered. */
  readonly status: number
}
export interface CallbackListener {
  readonly url: string
  readonly received: Received[]
  /** The next `count` calls are answered with this status. */
  refuse(count: number, status: number): void
  close(): Promise<void>
}

/** Our side of the callbacks, with the product's own verification and parsing. */
export async function startCallbackListener(secret: string): Promise<CallbackListener> {
  const received: Received[] = []
  const refusals: number[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const signed = verifyPortalSignature({
        body,
        timestamp: request.headers['x-portal-timestamp']?.toString(),
        signature: request.headers['x-portal-signature']?.toString(),
        secret,
        now: new Date(),
      })
      const parsed = parsePortalAnswer(body)
      const wanted = signed ? (parsed.ok ? 204 : 422) : 401
      const status = refusals.shift() ?? wanted
      const answer = parsed.ok ? parsed.value : undefined
      received.push({ path: request.url ?? '', signed, answer, status })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    refuse: (count, status) => void refusals.push(...Array<number>(count).fill(status)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
