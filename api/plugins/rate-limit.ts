import rateLimit from '@fastify/rate-limit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../api.ts'
import { ApiProblem } from '../problem.ts'

/** Failed authentications a minute from one address: guessing keys must be slow, mistyping one must not lock a laboratory out. */
const FAILURES_PER_MINUTE = 60

/** Refuses a key that was never seen to work, when its address has guessed wrong too often. Throws ApiProblem `rate-limited`. */
export type GuessLimit = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

/**
 * Requests a minute per API key; without a key, per address. Counted in this process: with several copies of the API
 * each counts its own. The check runs after authentication, so failures are limited apart, by the guard returned.
 */
export async function registerRateLimit(app: Api, perMinute: number): Promise<GuessLimit> {
  await app.register(rateLimit, {
    global: true,
    max: perMinute,
    timeWindow: 60_000,
    enableDraftSpec: true,
    keyGenerator: (request: FastifyRequest) => request.principal?.keyId ?? `address:${request.ip}`,
    errorResponseBuilder: () => new ApiProblem('rate-limited'),
  })
  const count = app.createRateLimit({
    max: FAILURES_PER_MINUTE,
    timeWindow: 60_000,
    keyGenerator: (request: FastifyRequest) => `failures:${request.ip}`,
  })
  app.addHook('onError', async (request, _reply, error) => {
    if (error instanceof ApiProblem && error.code === 'unauthenticated') await count(request)
  })
  return async (request, reply) => {
    const seen = await count(request, { increment: false })
    if (seen.isAllowed || seen.remaining > 0) return
    reply.header('retry-after', seen.ttlInSeconds)
    throw new ApiProblem('rate-limited')
  }
}

const INTAKE_WINDOW_MS = 10_000

/**
 * Results a minute per organisation, whatever keys it uses: a result costs far more than any other request. Counted in
 * short windows, so that a burst cannot take the machine for a minute, and before the body is read: a refusal costs next
 * to nothing. For the routes of this scope; its hook runs after authentication.
 */
export function limitIntake(scope: Api, perMinute: number): void {
  const count = scope.createRateLimit({
    max: Math.ceil((perMinute * INTAKE_WINDOW_MS) / 60_000),
    timeWindow: INTAKE_WINDOW_MS,
    keyGenerator: (request: FastifyRequest) => `intake:${request.principal?.organizationId ?? ''}`,
  })
  scope.addHook('onRequest', async (request, reply) => {
    const seen = await count(request)
    if (seen.isAllowed || !seen.isExceeded) return
    reply.header('retry-after', seen.ttlInSeconds)
    throw new ApiProblem('rate-limited')
  })
}
