import rateLimit from '@fastify/rate-limit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../api.ts'
import { ApiProblem } from '../problem.ts'
import { createRateWindows } from './rate-windows.ts'

/** Failed authentications a minute from one address: guessing keys must be slow, mistyping one must not lock a laboratory out. */
const FAILURES_PER_MINUTE = 60

/** Wrong keys by address. A request without a key guesses nothing. */
export interface GuessLimit {
  /** Refuses a key that was never seen to work, when its address has guessed wrong too often. Throws ApiProblem `rate-limited`. */
  assertAllowed(request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** The key was wrong. */
  note(request: FastifyRequest): Promise<void>
}

/**
 * Requests a minute per API key; without a key, per address. Counted in this process: with several copies of the API
 * each counts its own. The check runs after authentication, so wrong keys are limited apart, by what is returned.
 */
export async function registerRateLimit(app: Api, perMinute: number): Promise<GuessLimit> {
  await app.register(rateLimit, {
    global: true,
    max: perMinute,
    timeWindow: 60_000,
    enableDraftSpec: true,
    store: createRateWindows(),
    keyGenerator: (request: FastifyRequest) => request.principal?.keyId ?? `address:${request.ip}`,
    errorResponseBuilder: () => new ApiProblem('rate-limited'),
  })
  const count = app.createRateLimit({
    max: FAILURES_PER_MINUTE,
    timeWindow: 60_000,
    keyGenerator: (request: FastifyRequest) => `failures:${request.ip}`,
  })
  return {
    async assertAllowed(request, reply) {
      const seen = await count(request, { increment: false })
      if (seen.isAllowed || seen.remaining > 0) return
      reply.header('retry-after', seen.ttlInSeconds)
      throw new ApiProblem('rate-limited')
    },
    async note(request) {
      await count(request)
    },
  }
}
