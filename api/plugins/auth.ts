import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ApiKeyPrincipal, ApiKeys, Right } from '../../adapters/storage/port.ts'
import type { Api } from '../api.ts'
import { ApiProblem } from '../problem.ts'
import type { GuessLimit } from './rate-limit.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the API key must allow. `public`: the route does its own check, or needs none. */
    right?: Right | 'public'
  }
  interface FastifyRequest {
    /** Whoever the API key belongs to; absent on public routes. */
    principal?: ApiKeyPrincipal
  }
}

export interface AuthOptions {
  readonly apiKeys: Pick<ApiKeys, 'authenticate'>
  /** Milliseconds of a clock that never jumps; the process's own unless given. */
  readonly elapsed?: () => number
  /** How long a key once found good is believed without asking the database. At most a minute: revoking must work. */
  readonly cacheMs: number
  /** Asked before a key that never worked is looked up. Keys that did work are not locked out by a neighbour's guesses. */
  readonly guesses?: GuessLimit
}

const BEARER = /^Bearer ([\x21-\x7e]{1,512})$/i
const CACHE_SIZE = 1000

/** Authenticates every route that names a right. A route under /v1 that names none does not start: forgetting is loud. */
export function registerAuth(app: Api, options: AuthOptions): void {
  const authenticate = createAuthenticator(options)
  app.decorateRequest('principal', undefined)
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/v1') && route.config?.right === undefined)
      throw new Error(`route without a right: ${route.url}`)
  })
  app.addHook('onRequest', async (request, reply) => {
    const { right } = request.routeOptions.config
    if (right === undefined || right === 'public') return
    const principal = await authenticate(request, reply)
    if (!principal.rights.includes(right)) throw new ApiProblem('forbidden')
    request.principal = principal
  })
}

/** Reads the key from the Authorization header and asks who it belongs to. Throws ApiProblem `unauthenticated`. */
export function createAuthenticator(options: AuthOptions) {
  const { apiKeys, cacheMs, guesses, elapsed = () => performance.now() } = options
  const known = new Map<string, { principal: ApiKeyPrincipal; until: number }>()
  return async (request: FastifyRequest, reply: FastifyReply): Promise<ApiKeyPrincipal> => {
    const key = BEARER.exec(request.headers.authorization ?? '')?.[1]
    if (!key) throw new ApiProblem('unauthenticated')
    const hash = createHash('sha256').update(key).digest('hex')
    const entry = known.get(hash)
    if (entry && entry.until > elapsed()) return entry.principal
    if (!entry) await guesses?.assertAllowed(request, reply)
    const principal = await apiKeys.authenticate(key)
    known.delete(hash)
    if (!principal) {
      await guesses?.note(request)
      throw new ApiProblem('unauthenticated')
    }
    const oldest = known.size >= CACHE_SIZE ? known.keys().next().value : undefined
    if (oldest !== undefined) known.delete(oldest)
    known.set(hash, { principal, until: elapsed() + cacheMs })
    return principal
  }
}

/** The principal of a route that names a right. */
export function principalOf(request: FastifyRequest): ApiKeyPrincipal {
  if (!request.principal) throw new ApiProblem('unauthenticated')
  return request.principal
}
