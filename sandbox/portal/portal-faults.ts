import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Switched } from '../faults/fault-switches.ts'
import { dropConnection, errorsBody } from '../shared/errors.ts'
import type { Timers } from '../shared/timers.ts'

type PortalFault = Switched<'portal'> | undefined

/** Faults that strike before the call is looked at. True = the call has been dealt with. */
export async function failBefore(
  fault: PortalFault,
  request: FastifyRequest,
  reply: FastifyReply,
  timers: Timers,
): Promise<boolean> {
  switch (fault?.mode) {
    case 'slow':
      await timers.sleep(fault.delayMs ?? 1000)
      return false
    case 'cut':
      dropConnection(request, reply)
      return true
    case 'unauthorized':
      void reply.code(401).send(errorsBody('token_expired', 'Срок действия токена истёк'))
      return true
    case 'rate-limit':
      void reply
        .code(429)
        .header('retry-after', String(fault.retryAfterSeconds ?? 1))
        .send(errorsBody('rate_limit', 'Слишком много запросов'))
      return true
    case 'error-5xx':
      if (fault.processed) return false
      sendServerError(fault, reply)
      return true
    case 'too-large':
      void reply.code(413).send(errorsBody('package_too_large', 'Пакет слишком велик'))
      return true
    case 'refuse-422':
      void reply.code(422).send(fault.reasons ? { errors: fault.reasons } : DEFAULT_REFUSAL)
      return true
    default:
      return false
  }
}

/** Faults that strike when the call has been processed: the answer gets lost or spoilt. True = dealt with. */
export async function failAfter(
  fault: PortalFault,
  request: FastifyRequest,
  reply: FastifyReply,
  timers: Timers,
): Promise<boolean> {
  switch (fault?.mode) {
    case 'timeout-after-accept':
      if (fault.delayMs !== undefined) await timers.sleep(fault.delayMs)
      dropConnection(request, reply)
      return true
    case 'error-5xx':
      sendServerError(fault, reply)
      return true
    case 'garbage':
      void reply.code(202).type('application/json').send('{"receiptId": ')
      return true
    default:
      return false
  }
}

const DEFAULT_REFUSAL = errorsBody(
  'analysis_type_unknown',
  'Вид исследования отсутствует в справочнике',
  '/analysis/code',
)

function sendServerError(fault: Switched<'portal'>, reply: FastifyReply): void {
  if (fault.retryAfterSeconds !== undefined) {
    void reply.header('retry-after', String(fault.retryAfterSeconds))
  }
  void reply.code(fault.status ?? 500).send(errorsBody('internal_error', 'Внутренняя ошибка'))
}
