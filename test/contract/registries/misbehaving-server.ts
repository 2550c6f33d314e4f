import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a server on the other side of a bad day does with one request. */
export type Misbehaviour =
  | { readonly how: 'hang' }
  | { readonly how: 'cut' }
  | { readonly how: 'cut-body'; readonly status: number }
  | { readonly how: 'slow-body'; readonly status: number }
  | { readonly how: 'huge-body'; readonly status: number }
  | {
      readonly how: 'answer'
      readonly status: number
      readonly body?: string
      readonly headers?: Readonly<Record<string, string>>
    }

export interface MisbehavingServer {
  readonly url: string
  /** How many requests have come in for addresses below the path. */
  readonly requests: (path: string) => number
  behave(next: Misbehaviour): void
  close(): Promise<void>
}

/** Reads the whole request first, so that every failure happens after it was sent. */
export async function startMisbehavingServer(): Promise<MisbehavingServer> {
  let behaviour: Misbehaviour = { how: 'hang' }
  const paths: string[] = []
  const server = createServer((request, response) => {
    paths.push(request.url ?? '')
    request.resume().on('end', () => misbehave(behaviour, request, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests: (path) => paths.filter((known) => known.startsWith(path)).length,
    behave(next) {
      behaviour = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function misbehave(what: Misbehaviour, request: IncomingMessage, response: ServerResponse): void {
  const json = { 'content-type': 'application/json' }
  switch (what.how) {
    case 'hang':
      return
    case 'cut':
      request.socket.destroy()
      return
    case 'cut-body':
      response.writeHead(what.status, { ...json, 'content-length': '1000' })
      response.write('{"receiptId":"r', () => request.socket.destroy())
      return
    case 'slow-body':
      response.writeHead(what.status, json)
      response.write('{"receiptId"')
      return
    case 'huge-body':
      response.writeHead(what.status, json)
      pour(response)
      return
    case 'answer':
      response.writeHead(what.status, { ...json, ...what.headers }).end(what.body ?? '')
  }
}

/** Without end, at the reader's pace: ends only when the reader hangs up. */
function pour(response: ServerResponse): void {
  const chunk = ' '.repeat(65_536)
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', more)
  more()
}
