import type { Readable } from 'node:stream'
import { createTransport } from 'nodemailer'
import type { Notifier, OutgoingMessage } from '../port.ts'
import { toMessageId } from './message-id.ts'
import { addressRefused, toNotificationError } from './smtp-failure.ts'

export interface SmtpOptions {
  /** `smtp://user:password@host:port` (STARTTLS when offered) or `smtps://…` */
  readonly url: string
  readonly from: string
  /** Right side of the Message-ID; default is the domain of `from`. */
  readonly messageIdDomain?: string
  /** For each step of the dialogue; one message may take twice as long in all. Default 10 s. */
  readonly timeoutMs?: number
}

/** One plain address: a list or a display name here would be a way to reach somebody else. */
const ONE_ADDRESS = /^[^\s@,;:<>"()[\]\\]+@[^\s@,;:<>"()[\]\\]+$/

/** Mail over SMTP, few connections kept open. `close` ends them; a message under way is finished first. */
export function createSmtpNotifier(options: SmtpOptions): Notifier & { close(): void } {
  const timeoutMs = options.timeoutMs ?? 10_000
  const domain = options.messageIdDomain ?? domainOf(options.from)
  const transport = createTransport({
    pool: true,
    url: options.url,
    maxConnections: 2,
    // A pooled connection the server has dropped meanwhile is replaced; a body that has begun to leave is never repeated.
    maxRequeues: 1,
    idleTimeout: 30_000,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const bodies = new Map<string, Readable>()
  transport.use('stream', (mail, done) => {
    const { message } = mail
    const create = message.createReadStream.bind(message)
    message.createReadStream = (streamOptions) => {
      const stream = create(streamOptions)
      bodies.set(message.messageId(), stream)
      return stream
    }
    done()
  })

  return {
    async send(message) {
      if (!ONE_ADDRESS.test(message.to)) throw addressRefused()
      const messageId = toMessageId(message.id, domain)
      try {
        await transport.sendMail({
          ...toMail(message, options.from),
          messageId,
          signal: AbortSignal.timeout(timeoutMs * 2),
        })
        return { reference: messageId }
      } catch (error) {
        throw toNotificationError(error, bodies.get(messageId)?.readableDidRead ?? false)
      } finally {
        bodies.delete(messageId)
      }
    },
    close: () => transport.close(),
  }
}

function toMail(message: OutgoingMessage, from: string) {
  return {
    from,
    to: { name: '', address: message.to },
    subject: message.subject,
    text: message.text,
    xMailer: false as const,
    // Keeps holiday replies from coming back.
    headers: { 'Auto-Submitted': 'auto-generated' },
  }
}

function domainOf(from: string): string {
  return /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? 'gonets.invalid'
}
