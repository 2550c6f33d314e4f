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
