import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import type { FaultSwitches, Switched } from '../faults/fault-switches.ts'
import type { Timers } from '../shared/timers.ts'
import type { Mailbox } from './mailbox.ts'
import { readMail } from './read-mail.ts'

export interface MailServer {
  readonly port: number
  close(): Promise<void>
}
interface Deps {
  readonly mailbox: Mailbox
  readonly faults: FaultSwitches
  readonly timers: Timers
  readonly now: () => Date
}

/** Takes every mail for anybody, with any password, and keeps it for the inbox page. */
export async function startMailServer(
  deps: Deps,
  address: { readonly host: string; readonly port: number },
): Promise<MailServer> {
  const sockets = new Map<number, Socket>()
  const drop = (session: SMTPServerSession) => void sockets.get(session.remotePort)?.destroy()
  /** What befalls the mail under way in a session; taken once per mail. */
  const current = new Map<string, Switched<'smtp'> | undefined>()
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    hideSTARTTLS: true,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 50,
    size: 20 * 1_048_576,
    onAuth: (_auth, _session, callback) => callback(null, { user: 'sandbox' }),
    onConnect(session, callback) {
      if (isDown(deps.faults)) return drop(session)
      callback()
    },
    onRcptTo(recipient, session, callback) {
      const fault = deps.faults.take('smtp', { recipient: recipient.address })
      current.set(session.id, fault)
      if (fault?.mode === 'down') return drop(session)
      if (fault?.mode === 'refuse') return callback(reply(550, 'No such mailbox here'))
      if (fault?.mode === 'busy') return callback(reply(451, 'Try again later'))
      callback()
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const fault = current.get(session.id)
        current.delete(session.id)
        const finish = () => {
          store(deps, Buffer.concat(chunks), session)
          if (fault?.mode === 'cut') drop(session)
          else callback()
        }
        if (fault?.mode === 'slow') deps.timers.after(fault.delayMs ?? 1000, finish)
        else finish()
      })
    },
    onClose: (session) => void current.delete(session.id),
  })
  // A client that goes away in the middle is no event for a rehearsal.
  server.on('error', () => {})
  const listener = server.listen(address.port, address.host)
  listener.on('connection', (socket: Socket) => {
    const port = socket.remotePort ?? 0
    sockets.set(port, socket)
    socket.on('close', () => sockets.delete(port))
  })
  await once(listener, 'listening')
  return {
    port: (listener.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(resolve))
      for (const socket of sockets.values()) socket.destroy()
      await closed
    },
  }
}

/** `down` until removed closes the door; `down` for some mails only shows when a mail begins. */
function isDown(faults: FaultSwitches): boolean {
  return faults
    .list()
    .some(
      ({ target, mode, match, times }) =>
        target === 'smtp' &&
        mode === 'down' &&
        match.recipient === undefined &&
        times === undefined,
    )
}

function store(deps: Deps, raw: Buffer, session: SMTPServerSession): void {
  const { mailFrom, rcptTo } = session.envelope
  const mail = readMail(raw)
  deps.mailbox.add({
    receivedAt: deps.now().toISOString(),
    from: mail.from || (mailFrom ? mailFrom.address : ''),
    to: rcptTo.map(({ address }) => address),
    messageId: mail.messageId,
    subject: mail.subject,
    text: mail.text,
  })
}

function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}
