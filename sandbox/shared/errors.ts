import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Reason } from '../faults/fault.ts'

/** The error body of the portal's contract. */
export function errorsBody(code: string, message: string, field = ''): { errors: Reason[] } {
  return { errors: [{ code, field, message }] }
}

/** True when the call carries the token; otherwise 401 has been sent. */
export function isAuthorized(request: FastifyRequest, reply: FastifyReply, token: string): boolean {
  if (request.headers.authorization === `Bearer ${token}`) return true
  void reply.code(401).send(errorsBody('token_unknown', 'Токен неизвестен или истёк'))
  return false
}
