import { mkdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fastify } from 'fastify'
import { type Logger, pino } from 'pino'
import { openConsentBook } from './consents/consent-book.ts'
import { consentRoutes } from './consents/consent-routes.ts'
import { faultRoutes } from './faults/fault-routes.ts'
import { createFaultSwitches } from './faults/fault-switches.ts'
import { startMailServer } from './mail/mail-server.ts'
import { openMailbox } from './mail/mailbox.ts'
import { pageRoutes } from './pages/page-routes.ts'
import { createCallbackSender } from './portal/callback-sender.ts'
import { createExaminer } from './portal/examiner.ts'
import { openPortalKeys } from './portal/portal-keys.ts'
import { portalRoutes } from './portal/portal-routes.ts'
import { openRegistrations } from './portal/registrations.ts'
import { errorsBody } from './shared/errors.ts'
import { createTimers } from './shared/timers.ts'

export interface SandboxOptions {
  /** Keys, registrations, consents and mails are kept here; made when missing. */
  readonly dir: string
  /** Default 127.0.0.1. */
  readonly host?: string
  /** 0 (default) = any free port. */
  readonly port?: number
  readonly smtpPort?: number
  readonly token?: string
  /** Address of the API; unset = answers are only given when asked for. */
  readonly callbackUrl?: string | undefined
  readonly callbackSecret?: string | undefined
  /** Between taking a document and answering it. Default 0: right away, but after the receipt. */
  readonly answerDelayMs?: number
  /** Pause before a refused callback is repeated; doubles up to 30 s. Default 200 ms. */
  readonly callbackFirstPauseMs?: number
  readonly callbackTries?: number
  readonly maxBodyBytes?: number
  readonly now?: () => Date
  readonly logger?: Logger
}
export interface Sandbox {
  readonly url: string
  readonly smtpPort: number
  readonly publicKeyPem: string
  /** `portal-public.pem` in the folder. */
  readonly publicKeyFile: string
  close(): Promise<void>
}

/** The outside world on one machine: portal, consent service, mail server, and switches to make them misbehave. */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { dir, host = '127.0.0.1', token = 'sandbox-token', now = () => new Date() } = options
  mkdirSync(dir, { recursive: true })
  const keys = await openPortalKeys(dir)
  const registrations = openRegistrations(join(dir, 'registrations.jsonl'))
  const book = openConsentBook(join(dir, 'consents.jsonl'))
  const mailbox = openMailbox(join(dir, 'mails.jsonl'))
  const faults = createFaultSwitches()
  const timers = createTimers()
  const callbacks = createCallbackSender({
    options: toCallbackOptions(options),
    faults,
    timers,
    now,
    logger: options.logger ?? pino({ level: 'silent' }),
  })
  const examiner = createExaminer({ registrations, callbacks, timers, now })
  const mailServer = await startMailServer(
    { mailbox, faults, timers, now },
    { host, port: options.smtpPort ?? 0 },
  )

  const app = fastify({ forceCloseConnections: true, bodyLimit: 1_048_576 })
  app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500
    const code = status === 413 ? 'package_too_large' : 'request_malformed'
    return reply.code(status).send(errorsBody(code, 'Запрос не принят'))
  })
  const answerDelayMs = options.answerDelayMs ?? 0
  const maxBodyBytes = options.maxBodyBytes ?? 64 * 1_048_576
  portalRoutes(app, {
    token,
    keys,
    registrations,
    examiner,
    faults,
    timers,
    answerDelayMs,
    maxBodyBytes,
    now,
  })
  consentRoutes(app, { token, book, faults, timers, now })
  faultRoutes(app, faults)
  pageRoutes(app, {
    registrations,
    mailbox,
    book,
    faults,
    callbackStats: callbacks.stats,
    publicKeyPem: keys.publicKeyPem,
    callbackUrl: options.callbackUrl,
    smtpPort: mailServer.port,
  })
  await app.listen({ host, port: options.port ?? 0 })
  examiner.resume()

  const { port } = app.server.address() as AddressInfo
  return {
    url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`,
    smtpPort: mailServer.port,
    publicKeyPem: keys.publicKeyPem,
    publicKeyFile: keys.publicKeyFile,
    async close() {
      timers.clear()
      await Promise.all([app.close(), mailServer.close()])
      for (const books of [registrations, book, mailbox]) books.close()
    },
  }
}

function toCallbackOptions(options: SandboxOptions) {
  return {
    url: options.callbackUrl,
    secret: options.callbackSecret ?? '',
    firstPauseMs: options.callbackFirstPauseMs ?? 200,
    maxPauseMs: 30_000,
    tries: options.callbackTries ?? 20,
    timeoutMs: 10_000,
  }
}
