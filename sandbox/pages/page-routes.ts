import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ConsentBook } from '../consents/consent-book.ts'
import type { FaultSwitches } from '../faults/fault-switches.ts'
import type { Mailbox } from '../mail/mailbox.ts'
import type { CallbackStats } from '../portal/callback-sender.ts'
import { toOverview, toTotals } from '../portal/overview.ts'
import type { Registrations } from '../portal/registrations.ts'
import { toHomePage } from './home-page.ts'
import { toInboxPage } from './inbox-page.ts'

export interface PageDeps {
  readonly registrations: Registrations
  readonly mailbox: Mailbox
  readonly book: ConsentBook
  readonly faults: FaultSwitches
  readonly callbackStats: CallbackStats
  readonly publicKeyPem: string
  readonly callbackUrl: string | undefined
  readonly smtpPort: number
}

/** What people look at, and the same for programs. */
export function pageRoutes(app: FastifyInstance, deps: PageDeps): void {
  const { registrations, mailbox } = deps
  app.get('/', (_request, reply) =>
    sendPage(
      reply,
      toHomePage({
        registrations,
        mails: mailbox.total(),
        activeFaults: deps.faults.list().length,
        smtpPort: deps.smtpPort,
        callbackUrl: deps.callbackUrl,
      }),
    ),
  )
  app.get('/inbox', (_request, reply) =>
    sendPage(reply, toInboxPage(mailbox.list(), mailbox.total())),
  )
  app.get('/inbox.json', () => ({ total: mailbox.total(), mails: mailbox.list() }))
  app.get('/portal/registrations', () => toOverview(registrations))
  app.get('/portal-public.pem', (_request, reply) =>
    reply.type('application/x-pem-file').send(deps.publicKeyPem),
  )
  app.get('/stats', () => ({
    portal: toTotals(registrations.all(), registrations.posts()),
    callbacks: deps.callbackStats,
    consents: deps.book.stats(),
    mails: mailbox.total(),
    faults: deps.faults.list().length,
  }))
  app.get('/livez', () => ({ status: 'ok' }))
}

function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
    .send(html)
}
