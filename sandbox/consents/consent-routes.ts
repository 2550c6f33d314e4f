import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { FaultSwitches, Switched } from '../faults/fault-switches.ts'
import { type Strike, strikes } from '../faults/strike.ts'
import { errorsBody, isAuthorized } from '../shared/errors.ts'
import type { Timers } from '../shared/timers.ts'
import { type ConsentBook, type ConsentStatus, consentRecordSchema } from './consent-book.ts'

const querySchema = z.strictObject({
  patientRef: z.string().min(1).max(200),
  documentNumber: z.string().max(200).nullable(),
  analysis: z.string().max(200).nullable(),
})
const YEAR_MS = 365 * 86_400_000

export interface ConsentDeps {
  readonly token: string
  readonly book: ConsentBook
  readonly faults: FaultSwitches
  readonly timers: Timers
  readonly now: () => Date
}

/** The service's side of docs/registries/consent-service.md, and `PUT /consents/status` to tell it about a patient. */
export function consentRoutes(app: FastifyInstance, deps: ConsentDeps): void {
  app.post('/api/v1/consents/query', (request, reply) => query(deps, request, reply))
  app.put('/consents/status', (request, reply) => {
    const parsed = consentRecordSchema.safeParse(request.body)
    if (!parsed.success) return reply.code(422).send(errorsBody('malformed', 'Неверные поля'))
    deps.book.set(parsed.data)
    return reply.code(204).send()
  })
}

async function query(deps: ConsentDeps, request: FastifyRequest, reply: FastifyReply) {
  if (!isAuthorized(request, reply, deps.token)) return reply
  const parsed = querySchema.safeParse(request.body)
  if (!parsed.success) return reply.code(400).send(errorsBody('malformed', 'Неверный запрос'))
  const { patientRef, documentNumber, analysis } = parsed.data
  const fault = deps.faults.take('consent', {
    patientRef,
    ...(documentNumber === null ? {} : { documentNumber }),
    analysisType: analysis ?? undefined,
  })
  const call = { request, reply, timers: deps.timers }
  if (fault && (await STRIKES[fault.mode]?.(fault, call))) return reply
  const record = deps.book.find(patientRef, { documentNumber, analysis })
  const status = (fault && STATUS[fault.mode]) ?? record?.status ?? 'active'
  deps.book.countQuery(status)
  const inAYear = new Date(deps.now().getTime() + YEAR_MS).toISOString()
  return {
    requestId: `cq-${randomUUID()}`,
    status,
    documentNumber: record?.documentNumber ?? documentNumber,
    validUntil: record?.validUntil ?? (status === 'active' ? inAYear : null),
    expressedAt: record?.expressedAt ?? null,
  }
}

const STATUS: Partial<Record<Switched<'consent'>['mode'], ConsentStatus>> = {
  active: 'active',
  expired: 'expired',
  rejected: 'rejected',
  unknown: 'unknown',
}
const STRIKES: Partial<Record<Switched<'consent'>['mode'], Strike>> = {
  ...strikes,
  garbage(_fault, { reply }) {
    void reply.type('application/json').send('{"status": "active"')
    return true
  },
}
