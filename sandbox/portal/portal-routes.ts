import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { FaultSubject } from '../faults/fault.ts'
import type { FaultSwitches } from '../faults/fault-switches.ts'
import { errorsBody, isAuthorized } from '../shared/errors.ts'
import type { Timers } from '../shared/timers.ts'
import type { Examiner } from './examiner.ts'
import { findObjection } from './open-package.ts'
import { type PortalPackage, packageSchema } from './package-schema.ts'
import { toPlan } from './plan.ts'
import { failAfter, failBefore } from './portal-faults.ts'
import type { PortalKeys } from './portal-keys.ts'
import type { Registration, Registrations } from './registrations.ts'

export interface PortalDeps {
  readonly token: string
  readonly keys: PortalKeys
  readonly registrations: Registrations
  readonly examiner: Examiner
  readonly faults: FaultSwitches
  readonly timers: Timers
  readonly answerDelayMs: number
  readonly maxBodyBytes: number
  readonly now: () => Date
}
type ById = { Params: { documentId: string } }

/** The portal's side of docs/registries/portal.md. */
export function portalRoutes(app: FastifyInstance, deps: PortalDeps): void {
  const { registrations } = deps
  app.post('/api/v1/documents', { bodyLimit: deps.maxBodyBytes }, (request, reply) =>
    submit(deps, request, reply),
  )
  app.get<ById>('/api/v1/documents/:documentId', async (request, reply) => {
    const { documentId } = request.params
    if (await hindered(deps, { operation: 'find', documentId }, request, reply)) return reply
    const registration = registrations.find(documentId)
    return registration ? toState(registration) : reply.code(404).send(unknownDocument)
  })
  app.post<ById>('/api/v1/documents/:documentId/withdrawal', async (request, reply) => {
    const { documentId } = request.params
    const registration = registrations.find(documentId)
    const subject = { ...subjectOf(registration), operation: 'withdraw', documentId } as const
    if (await hindered(deps, subject, request, reply)) return reply
    if (registration === undefined) return reply.code(404).send(unknownDocument)
    const known = registration.withdrawnAt
    const withdrawnAt = known ?? registrations.withdraw(documentId, deps.now())
    // The sender has its answer first, and the clock shows which came first.
    if (!known) deps.timers.after(5, () => void deps.examiner.afterWithdrawal(registration))
    return { documentId, withdrawnAt }
  })
  app.get('/api/v1/ping', async (request, reply) => {
    if (await hindered(deps, { operation: 'ping' }, request, reply)) return reply
    return { status: 'OK', transactionId: randomUUID() }
  })
}

async function submit(deps: PortalDeps, request: FastifyRequest, reply: FastifyReply) {
  if (!isAuthorized(request, reply, deps.token)) return reply
  const parsed = packageSchema.safeParse(request.body)
  if (!parsed.success) {
    const field = `/${parsed.error.issues[0]?.path.join('/') ?? ''}`
    return reply
      .code(400)
      .send(errorsBody('package_malformed', 'Пакет не по договорённости', field))
  }
  const { documentId } = parsed.data.header
  if (request.headers['idempotency-key'] !== documentId) {
    return reply
      .code(400)
      .send(errorsBody('idempotency_key_mismatch', 'Idempotency-Key не равен documentId'))
  }
  deps.registrations.countPost(documentId, deps.now())
  const subject = { ...subjectOf(toFacts(parsed.data)), operation: 'submit' } as const
  const fault = deps.faults.take('portal', subject)
  const call = { request, reply, timers: deps.timers }
  if (await failBefore(fault, call)) return reply

  const known = deps.registrations.find(documentId)
  if (known && known.documentDigest !== parsed.data.metadata.documentDigest) {
    return reply.code(409).send(errorsBody('document_conflict', 'Документ с этим номером другой'))
  }
  const objection = findObjection(parsed.data, deps.keys)
  if (objection) return reply.code(objection.status).send(objection.body)
  const registration =
    known ??
    deps.registrations.take({
      ...toFacts(parsed.data),
      receivedAt: deps.now().toISOString(),
      plan: toPlan(fault, deps.answerDelayMs),
    })
  if (fault?.mode === 'early') await deps.examiner.examine(registration)
  else if (!known) deps.examiner.schedule(registration)
  if (await failAfter(fault, call)) return reply
  const { receiptId, receivedAt, documentDigest } = registration
  return reply.code(known ? 200 : 202).send({ receiptId, receivedAt, documentDigest })
}

/** Access and faults of the calls without a package. True = the answer has been given. */
async function hindered(
  deps: PortalDeps,
  subject: FaultSubject,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  if (!isAuthorized(request, reply, deps.token)) return true
  const fault = deps.faults.take('portal', subject)
  const call = { request, reply, timers: deps.timers }
  return (await failBefore(fault, call)) || (await failAfter(fault, call))
}

function toFacts({ header, metadata }: PortalPackage) {
  return {
    documentId: header.documentId,
    organizationId: header.organizationId,
    analysisType: header.analysisType,
    setId: metadata.setId,
    versionNumber: metadata.versionNumber,
    replaces: metadata.replaces,
    documentDigest: metadata.documentDigest,
    consentNumber: metadata.consent.basis === 'consent' ? metadata.consent.number : null,
  }
}

function subjectOf(facts: ReturnType<typeof toFacts> | undefined): FaultSubject {
  if (facts === undefined) return {}
  const { documentId, organizationId, analysisType, setId, versionNumber } = facts
  return { documentId, organizationId, analysisType, setId, versionNumber }
}

const unknownDocument = errorsBody('document_unknown', 'Документ не поступал')

function toState(registration: Registration) {
  const { documentId, documentDigest, receiptId, receivedAt, answer } = registration
  return {
    ...(answer ?? { documentId, status: 'processing', registryId: null, reasons: [] }),
    receiptId,
    receivedAt,
    documentDigest,
    withdrawnAt: registration.withdrawnAt ?? null,
  }
}
