import type { FastifyRequest } from 'fastify'
import type { Api } from '../api.ts'
import { createLimit } from '../limit.ts'
import { ApiProblem } from '../problem.ts'

export interface IntakeLimits {
  /** Results that one organisation may post, with all its keys. */
  readonly perMinute: number
  /** Of these, how many are read and stored at the same time. */
  readonly atOnce: number
}

const WINDOW_MS = 10_000

/**
 * A result costs far more than any other request, so results are limited by organisation, for the routes of this scope.
 * Counted in short windows: a burst must not take the machine for a minute. Within a burst each takes its turn: results
 * of another laboratory wait behind `atOnce` of them, not behind all. Both come after authentication and before the body
 * is read, so that a refusal costs next to nothing and what waits holds no memory.
 */
export function limitIntake(scope: Api, { perMinute, atOnce }: IntakeLimits): Charge {
  const count = scope.createRateLimit({
    max: Math.ceil((perMinute * WINDOW_MS) / 60_000),
    timeWindow: WINDOW_MS,
    keyGenerator: (request: FastifyRequest) => `intake:${organizationOf(request)}`,
  })
  const turns = createTurns(atOnce)
  scope.addHook('onRequest', async (request, reply) => {
    const seen = await count(request)
    if (!seen.isAllowed && seen.isExceeded) {
      reply.header('retry-after', seen.ttlInSeconds)
      throw new ApiProblem('rate-limited')
    }
    // Answered or gone: whoever hangs up while waiting passes on its turn.
    const left = new Promise<void>((resolve) => reply.raw.once('close', resolve))
    await turns(organizationOf(request), left)
  })
  return async (request, results) => {
    for (let counted = 1; counted < results; counted++) await count(request)
  }
}

/** A message turned out to hold several results: all of them count, and what comes after it waits. */
export type Charge = (request: FastifyRequest, results: number) => Promise<void>

const organizationOf = (request: FastifyRequest) => request.principal?.organizationId ?? ''

/** Resolves when it is the caller's turn, which it has until `left`. Keeps a queue per organisation; there are few. */
function createTurns(atOnce: number) {
  const limits = new Map<string, ReturnType<typeof createLimit>>()
  return (organizationId: string, left: Promise<void>): Promise<void> => {
    const limit = limits.get(organizationId) ?? createLimit(atOnce)
    limits.set(organizationId, limit)
    return new Promise((enter) => {
      void limit(() => {
        enter()
        return left
      })
    })
  }
}
