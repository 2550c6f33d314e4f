import { randomUUID } from 'node:crypto'
import helmet from '@fastify/helmet'
import { type FastifyBaseLogger, fastify, LogController } from 'fastify'
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Api } from './api.ts'
import type { ApiDeps } from './deps.ts'
import { registerAuth } from './plugins/auth.ts'
import { registerJsonBodies } from './plugins/bodies.ts'
import { registerErrorMapper, sendProblem } from './plugins/error-mapper.ts'
import { registerGracefulClose } from './plugins/graceful-close.ts'
import { registerIdempotency } from './plugins/idempotency.ts'
import { registerRequestMetrics } from './plugins/metrics.ts'
import { registerOpenApi } from './plugins/openapi.ts'
import { type GuessLimit, registerRateLimit } from './plugins/rate-limit.ts'
import { registerRequestLog } from './plugins/request-log.ts'
import { registerUnknownRoutes } from './plugins/unknown-routes.ts'
import { compileValidator } from './plugins/validation.ts'
import { registerPortalCallback } from './routes/callbacks/portal.ts'
import { registerCodeMappings } from './routes/code-mappings/code-mappings.ts'
import { registerCodec } from './routes/codec/codec.ts'
import { registerConsents } from './routes/consents/consents.ts'
import { registerHealth } from './routes/health/health.ts'
import { registerOrganizations } from './routes/organizations/organizations.ts'
import { registerSubmissions } from './routes/submissions/submissions.ts'
import { registerTemplates } from './routes/templates/templates.ts'

const AUTH_CACHE_MS = 30_000
const JSON_BODY_LIMIT = 1024 * 1024
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The HTTP interface, ready to listen or to be injected into. Closing it ends waiting requests; the rest is the caller's. */
export async function buildApp(deps: ApiDeps): Promise<Api> {
  const app = createServer(deps)
  registerErrorMapper(app)
  registerGracefulClose(app, deps.waitRoom)
  registerUnknownRoutes(app)
  registerRequestLog(app)
  registerRequestMetrics(app, deps.metrics)
  await app.register(helmet, { contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] } } })
  const guesses = await registerRateLimit(app, deps.settings.rateLimitPerMinute)
  const { apiKeys } = deps.store
  registerAuth(app, { apiKeys, cacheMs: AUTH_CACHE_MS, guesses })
  registerJsonBodies(app)
  registerIdempotency(app, deps.store.idempotencyKeys)
  await registerOpenApi(app, deps.formats.mediaTypes)
  await registerRoutes(app, deps, guesses)
  await app.ready()
  return app
}

function createServer(deps: ApiDeps): Api {
  const logger: FastifyBaseLogger = deps.logger
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    bodyLimit: JSON_BODY_LIMIT,
    exposeHeadRoutes: false,
    requestTimeout: 60_000,
    // An id from outside is taken only in the form of a UUID: anything else could carry a name into the log.
    genReqId: (request) => {
      const given = request.headers['x-request-id']
      return typeof given === 'string' && UUID.test(given) ? given : randomUUID()
    },
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (_error, request, reply) => {
      sendProblem(request, reply, 'malformed-request')
    },
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(compileValidator)
  app.setSerializerCompiler(serializerCompiler)
  return app
}

async function registerRoutes(app: Api, deps: ApiDeps, guesses: GuessLimit): Promise<void> {
  await registerSubmissions(app, deps)
  registerConsents(app, deps)
  registerTemplates(app, deps)
  registerCodeMappings(app, deps)
  registerOrganizations(app, deps)
  await registerPortalCallback(app, deps)
  registerCodec(app, deps, guesses)
  registerHealth(app, deps)
}
