import swagger, { type SwaggerTransform, type SwaggerTransformObject } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifySchema } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { reportInputSchema } from '../../adapters/formats/json/report-input-schema.ts'
import type { Api } from '../api.ts'
import { problemSchema } from '../schemas/problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is read as bytes by the route; OpenAPI describes it here. */
    body?: 'report' | 'portal-answer'
    /** Media type of an answer that is a stream or bytes. */
    streams?: string
  }
}

const INFO = {
  title: 'Гонец',
  version: '1',
  description:
    'Передача результатов лабораторных исследований в государственный реестр. Ответ 202 значит: результат сохранён и ' +
    'будет передан. «Принято» — это слово реестра. Ошибки — application/problem+json (RFC 9457) с кодом и списком полей. ' +
    'Любой POST можно безопасно повторить с тем же Idempotency-Key.',
}
const BEARER = { type: 'http', scheme: 'bearer', description: 'Ключ доступа организации' } as const
const DOCS_POLICY = {
  'default-src': "'self'",
  'img-src': ["'self'", 'data:'],
  'style-src': ["'self'", "'unsafe-inline'"],
  'object-src': "'none'",
  'frame-ancestors': "'none'",
}

/** OpenAPI 3.1 at /openapi.json, generated from the schemas the routes check by; pages at /docs, without any CDN. */
export async function registerOpenApi(app: Api, mediaTypes: readonly string[]): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: INFO,
      components: { securitySchemes: { bearer: BEARER } },
    },
    transform: describeRoute(mediaTypes),
    transformObject: addComponents,
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: DOCS_POLICY,
    uiConfig: { docExpansion: 'list', deepLinking: true },
    theme: { title: 'Гонец: описание интерфейса' },
  })
  app.get(
    '/openapi.json',
    { config: { right: 'public', rateLimit: false }, schema: { hide: true } },
    async (_request, reply) => reply.type('application/json').send(JSON.stringify(app.swagger())),
  )
}

function describeRoute(mediaTypes: readonly string[]): SwaggerTransform<FastifySchema> {
  return (input) => {
    const described = jsonSchemaTransform(input)
    const { body, streams, right } = input.route.config ?? {}
    const schema = described.schema as Record<string, unknown> & { response?: object }
    if (schema.hide || !right) return { schema: { hide: true }, url: described.url }
    const secured = right !== 'public'
    const description = [schema.description, secured && `Право ключа: \`${right}\`.`]
    return {
      url: described.url,
      schema: {
        ...schema,
        description: description.filter(Boolean).join('\n\n'),
        ...(body && { body: { content: toContent(body, mediaTypes) } }),
        ...(secured && { security: [{ bearer: [] }] }),
        ...(input.route.method === 'POST' && secured && { headers: IDEMPOTENCY_HEADER }),
        response: { ...toAnswers(schema.response, streams), default: PROBLEM_ANSWER },
      } as FastifySchema,
    }
  }
}

const IDEMPOTENCY_HEADER = {
  type: 'object',
  properties: {
    'idempotency-key': {
      type: 'string',
      maxLength: 255,
      description: 'Повтор с тем же ключом получает тот же ответ',
    },
  },
}
const PROBLEM_ANSWER = {
  description: 'Ошибка',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

function toContent(body: 'report' | 'portal-answer', mediaTypes: readonly string[]) {
  if (body === 'portal-answer') return { 'application/json': { schema: { type: 'object' } } }
  return Object.fromEntries(
    mediaTypes.map((mediaType) => {
      const json = mediaType === 'application/json'
      const schema = json ? { $ref: '#/components/schemas/Report' } : { type: 'string' }
      return [mediaType, { schema }]
    }),
  )
}

function toAnswers(response: object = {}, streams: string | undefined): Record<string, unknown> {
  const described = Object.entries(response).map(([status, schema]: [string, object]) => {
    const description = 'description' in schema ? schema.description : 'Ответ'
    const content: Record<string, unknown> = { 'application/json': { schema } }
    if (streams) content[streams] = { schema: { type: 'string' } }
    return [status, { description, content }]
  })
  if (described.length > 0) return Object.fromEntries(described)
  if (!streams) return { 204: { description: 'Выполнено' } }
  const content = { [streams]: { schema: { type: 'string', format: 'binary' } } }
  return { 200: { description: 'Содержимое', content } }
}

const addComponents: SwaggerTransformObject = (document) => {
  if (!('openapiObject' in document)) throw new Error('expected an OpenAPI document')
  const { openapiObject } = document
  const schemas = {
    ...openapiObject.components?.schemas,
    Report: toJsonSchema(reportInputSchema),
    Problem: toJsonSchema(problemSchema),
  }
  return {
    ...openapiObject,
    components: { ...openapiObject.components, schemas },
  } as typeof openapiObject
}

function toJsonSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' })
  return rest
}
