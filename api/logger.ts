import { type DestinationStream, type Logger, pino } from 'pino'
import { toLoggableError } from '../adapters/shared/loggable-error.ts'

/**
 * Logger of the API. Messages are constants and data sits in fields; serializers keep out what may carry personal
 * data even when a library logs a request or an error on its own.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { process: 'api' },
    redact: {
      paths: ['*.authorization', '*.headers', 'authorization', 'body'],
      censor: '[скрыто]',
    },
    serializers: { err: toLoggableError, req: toRouteOnly, res: toStatusOnly },
  }
  return destination ? pino(options, destination) : pino(options)
}

function toRouteOnly(request: { method?: string; routeOptions?: { url?: string } }) {
  return { method: request.method, route: request.routeOptions?.url }
}

function toStatusOnly(reply: { statusCode?: number }) {
  return { status: reply.statusCode }
}
