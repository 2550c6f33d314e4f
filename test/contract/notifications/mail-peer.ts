import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A mail server that goes wrong at a chosen line; speaks just enough SMTP to get there. */
export type Script =
  | 'ok'
  | 'silent'
  | 'cut-at-mail'
  | 'cut-after-body'
  | 'hang-after-body'
  | 'cut-in-body'
  | Reply
interface Reply {
  readonly at: 'greeting' | 'MAIL' | 'RCPT' | 'DATA' | 'body'
  readonly text: string
}
export interface MailPeer {
  readonly port: number
  /** Raw messages as they arrived. */
  readonly messages: string[]
  readonly connections: () => number
  play(script: Script): void
  /** Ends every open connection, as a server does with idle ones. */
  hangUp(): void
  close(): Promise<void>
}

export async function startMailPeer(): Promise<MailPeer> {
  let script: Script = 'ok'
  let connections = 0
  const messages: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    converse(socket, () => script, messages)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    messages,
    connections: () => connections,
    play(next) {
      script = next
    },
    hangUp() {
      for (const socket of sockets) socket.destroy()
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

function converse(socket: Socket, script: () => Script, messages: string[]): void {
  const say = (at: Reply['at'], usual: string) => {
    const now = script()
    socket.write(`${typeof now === 'object' && now.at === at ? now.text : usual}\r\n`)
  }
  let buffer = ''
  let inBody = false
  if (script() === 'silent') return
  say('greeting', '220 peer ESMTP')
  socket.on('data', (chunk: Buffer) => {
    buffer += chunk.toString('latin1')
    if (inBody && script() === 'cut-in-body') return void socket.destroy()
    const end = inBody ? buffer.indexOf('\r\n.\r\n') : -1
    if (end >= 0) {
      messages.push(buffer.slice(0, end))
      buffer = buffer.slice(end + 5)
      inBody = false
      if (script() === 'cut-after-body') return void socket.destroy()
      if (script() !== 'hang-after-body') say('body', '250 taken')
    }
    while (!inBody && buffer.includes('\r\n')) {
      const line = buffer.slice(0, buffer.indexOf('\r\n'))
      buffer = buffer.slice(line.length + 2)
      const verb = line.slice(0, 4).toUpperCase()
      if (verb === 'EHLO') socket.write('250 peer\r\n')
      else if (verb === 'MAIL' && script() === 'cut-at-mail') socket.destroy()
      else if (verb === 'MAIL') say('MAIL', '250 ok')
      else if (verb === 'RCPT') say('RCPT', '250 ok')
      else if (verb === 'DATA') {
        const refusal = script()
        inBody = !(typeof refusal === 'object' && refusal.at === 'DATA')
        say('DATA', '354 go on')
      } else socket.write('250 ok\r\n')
    }
  })
}
