import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { createAuthenticator } from '../../plugins/auth.ts'
import type { GuessLimit } from '../../plugins/rate-limit.ts'
import { ApiProblem } from '../../problem.ts'

const payload = z.looseObject({
  metadata: z.record(z.string(), z.string()).optional(),
  data: z.string().optional(),
})
const body = z.object({ payloads: z.array(payload).max(1000) })
const BODY_LIMIT = 4 * 1024 * 1024
const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

/**
 * Lets Temporal Web UI show an operator what payloads say. A browser on the operator's machine calls it across origins,
 * so exactly one origin is allowed, also for loopback access: another page must not read histories through the browser.
 */
export function registerCodec(app: Api, deps: ApiDeps, guesses: GuessLimit): void {
  const { codecAccess, webUiOrigin } = deps.settings
  if (codecAccess === 'off') return
  const origin = new URL(webUiOrigin).origin
  const assertAllowed = createGate(deps, origin, guesses)

  app.options(
    '/codec/decode',
    { config: { right: 'public' }, schema: { hide: true } },
    async (request, reply) => {
      allowOrigin(request, reply, origin)
      return reply
        .headers({
          'access-control-allow-methods': 'POST',
          'access-control-allow-headers': 'content-type, authorization, x-namespace',
          'access-control-max-age': '600',
        })
        .code(204)
        .send()
    },
  )
  app.post(
    '/codec/decode',
    {
      bodyLimit: BODY_LIMIT,
      config: { right: 'public' },
      onRequest: async (request, reply) => {
        allowOrigin(request, reply, origin)
        await assertAllowed(request, reply)
      },
      schema: {
        operationId: 'decodePayloads',
        tags: ['Temporal Web UI'],
        summary: 'Расшифровать для Temporal Web UI',
        body,
        response: { 200: body },
      },
    },
    async (request) => {
      const payloads = await deps.workflows.decodePayloads(request.body.payloads)
      request.log.info({ count: payloads.length }, 'payloads decoded')
      return { payloads: payloads.map((decoded) => ({ ...decoded })) }
    },
  )
}

function createGate(deps: ApiDeps, origin: string, guesses: GuessLimit) {
  const authenticate = createAuthenticator({ apiKeys: deps.store.apiKeys, cacheMs: 0, guesses })
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const from = request.headers.origin
    if (from !== undefined && from !== origin) throw new ApiProblem('forbidden')
    if (deps.settings.codecAccess === 'loopback') {
      if (!LOOPBACK.has(request.ip)) throw new ApiProblem('forbidden')
      return
    }
    const principal = await authenticate(request, reply)
    if (!principal.rights.includes('operate')) throw new ApiProblem('forbidden')
    await deps.store.audit.record({
      organizationId: principal.organizationId,
      actor: principal.keyId,
      action: 'codec.decode',
    })
  }
}

function allowOrigin(request: FastifyRequest, reply: FastifyReply, origin: string): void {
  reply.header('vary', 'origin')
  if (request.headers.origin === origin) reply.header('access-control-allow-origin', origin)
}
