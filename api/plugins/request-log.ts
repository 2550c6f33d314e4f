import type { Api } from '../api.ts'

/** One line per request: the route's template instead of the address, so that no query or id of a caller is logged. */
export function registerRequestLog(app: Api): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'unmatched',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        keyId: request.principal?.keyId,
      },
      'request completed',
    )
  })
}
