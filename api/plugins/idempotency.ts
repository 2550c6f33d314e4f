import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { toLoggableError } from '../../adapters/shared/loggable-error.ts'
import type { IdempotencyKeys } from '../../adapters/storage/port.ts'
import type { Api } from '../api.ts'
import { ApiProblem } from '../problem.ts'
import { rawBodyOf } from './bodies.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set while this request holds an Idempotency-Key that its answer must be stored under. */
    idempotency?: { scope: string; key: string }
  }
}

const KEY = /^[\x20-\x7e]{1,255}$/
const KEPT_HEADERS = ['content-type', 'location', 'etag']

/**
 * `Idempotency-Key` on every POST with an API key. A success is stored and replayed; after any other answer the key is
 * free again, because nothing was changed (4xx) or the caller is meant to try once more (5xx).
 */
export function registerIdempotency(app: Api, keys: IdempotencyKeys): void {
  app.decorateRequest('idempotency', undefined)
  app.addHook('preValidation', (request, reply) => begin(keys, request, reply))
  app.addHook('onSend', async (request, reply, payload) => {
    const held = request.idempotency
    if (!held) return payload
    delete request.idempotency
    try {
      if (reply.statusCode < 300)
        await keys.finish({ ...held, statusCode: reply.statusCode, ...toStored(reply, payload) })
      else await keys.abandon(held)
    } catch (error) {
      // The work is done and its answer must leave; a repeat finds the submission itself instead of the stored answer.
      request.log.warn({ error: toLoggableError(error) }, 'idempotency key not settled')
    }
    return payload
  })
}

async function begin(
  keys: IdempotencyKeys,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const header = request.headers['idempotency-key']
  if (request.method !== 'POST' || header === undefined || !request.principal) return undefined
  if (typeof header !== 'string' || !KEY.test(header)) {
    const detail = 'Idempotency-Key: от 1 до 255 печатных знаков ASCII.'
    throw new ApiProblem('malformed-request', { detail })
  }
  const scope = `${request.principal.keyId} POST ${request.routeOptions.url ?? ''}`
  const found = await keys.begin({ scope, key: header, requestDigest: requestDigest(request) })
  switch (found.kind) {
    case 'fresh':
      request.idempotency = { scope, key: header }
      return undefined
    case 'replay':
      return reply
        .code(found.statusCode)
        .headers({ ...found.headers, 'idempotency-replayed': 'true' })
        .send(found.body)
    case 'mismatch':
      throw new ApiProblem('idempotency-key-mismatch')
    case 'running':
      throw new ApiProblem('idempotency-key-running', { headers: { 'retry-after': '1' } })
  }
}

/** Covers the path too: the same key on another submission is another request. */
function requestDigest(request: FastifyRequest): string {
  const path = request.url.split('?', 1)[0] ?? ''
  const mediaType = request.headers['content-type'] ?? ''
  return createHash('sha256')
    .update(`${path}\n${mediaType}\n`)
    .update(rawBodyOf(request))
    .digest('hex')
}

function toStored(reply: FastifyReply, payload: unknown) {
  const headers: Record<string, string> = {}
  for (const name of KEPT_HEADERS) {
    const value = reply.getHeader(name)
    if (typeof value === 'string') headers[name] = value
  }
  return { headers, body: typeof payload === 'string' ? payload : '' }
}
