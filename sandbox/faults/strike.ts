import type { FastifyReply, FastifyRequest } from 'fastify'
import { errorsBody } from '../shared/errors.ts'
import type { Timers } from '../shared/timers.ts'
import type { Fault } from './fault.ts'

export interface Call {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly timers: Timers
}
/** What a fault does to one HTTP call. True = the call has been dealt with, false = it goes on. */
export type Strike = (fault: Fault, call: Call) => boolean | Promise<boolean>

/** Faults that any HTTP service can have. */
export const strikes = {
  async slow(fault, { timers }) {
    await timers.sleep(fault.delayMs ?? 1000)
    return false
  },
  cut: (_fault, call) => hangUp(call),
  unauthorized: (_fault, call) =>
    send(call, 401, errorsBody('token_expired', 'Срок действия токена истёк')),
  'rate-limit'(fault, call) {
    void call.reply.header('retry-after', String(fault.retryAfterSeconds ?? 1))
    return send(call, 429, errorsBody('rate_limit', 'Слишком много запросов'))
  },
  'error-5xx'(fault, call) {
    if (fault.retryAfterSeconds !== undefined) {
      void call.reply.header('retry-after', String(fault.retryAfterSeconds))
    }
    return send(call, fault.status ?? 500, errorsBody('internal_error', 'Внутренняя ошибка'))
  },
} satisfies Record<string, Strike>

export function send({ reply }: Call, status: number, body: object): true {
  void reply.code(status).send(body)
  return true
}

/** Ends the connection without an answer. */
export function hangUp({ request, reply }: Call): true {
  reply.hijack()
  request.raw.socket.destroy()
  return true
}
