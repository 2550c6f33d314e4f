import type { FastifyRequest } from 'fastify'
import { findDuplicate, STANDS_TWICE } from '../../domain/shared/json-duplicate.ts'
import type { Api } from '../api.ts'
import { ApiProblem, invalidField } from '../problem.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body exactly as received: digests and signatures are made over it. */
    rawBody?: Buffer
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** JSON bodies of the interface. An empty body is an empty object: actions without fields need none. */
export function registerJsonBodies(app: Api): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.decorateRequest('rawBody', undefined)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = body as Buffer
    request.rawBody = bytes
    if (bytes.length === 0) return done(null, {})
    const text = decode(bytes)
    if (text === undefined) return done(new ApiProblem('malformed-request'))
    void parseJson(request, text, (error, value) => {
      const pointer = error ? undefined : findDuplicate(text)
      done(pointer === undefined ? error : invalidField(pointer, STANDS_TWICE), value)
    })
  })
  app.addHook('preValidation', async (request) => {
    if (request.method !== 'GET' && request.body === undefined) request.body = {}
  })
}

/** For routes that read bytes themselves: whatever the content type, the body stays a Buffer. */
export function registerRawBodies(app: Api): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    request.rawBody = body as Buffer
    done(null, body)
  })
}

export function rawBodyOf(request: FastifyRequest): Buffer {
  return request.rawBody ?? Buffer.alloc(0)
}

function decode(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
