import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { toLoggableError } from '../../adapters/shared/loggable-error.ts'
import { isAppError } from '../../domain/shared/app-error.ts'
import { ERROR_CODES, type ErrorCodeName } from '../../domain/shared/error-codes.ts'
import { REASON_TEXT } from '../../domain/submission/reason.ts'
import type { Api } from '../api.ts'
import { ApiProblem, type ProblemOptions, toProblem } from '../problem.ts'

interface Mapped {
  readonly code: ErrorCodeName
  readonly options?: ProblemOptions
}

const BY_FASTIFY_CODE: Readonly<Record<string, ErrorCodeName>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_NOT_FOUND: 'not-found',
}

/** The one place where errors become answers: RFC 9457, Russian, without anything the caller sent. */
export function registerErrorMapper(app: Api): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    const { code, options } = mapError(error)
    logFailure(request, code, error)
    return sendProblem(request, reply, code, options)
  })
}

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  code: ErrorCodeName,
  options: ProblemOptions = {},
): FastifyReply {
  const problem = toProblem(code, request.id, options)
  reply.code(problem.status).headers({ 'cache-control': 'no-store', ...options.headers })
  if (code === 'unauthenticated') reply.header('www-authenticate', 'Bearer')
  if (problem.status === 503 && !reply.hasHeader('retry-after')) reply.header('retry-after', '5')
  // A string, so that a response schema of the route cannot strip members of the problem.
  return reply.type('application/problem+json; charset=utf-8').send(JSON.stringify(problem))
}

export function mapError(error: unknown): Mapped {
  if (error instanceof ApiProblem) {
    // A path parameter of a wrong form cannot name anything that exists.
    const inPath = (error as { validationContext?: string }).validationContext === 'params'
    return inPath ? { code: 'not-found' } : { code: error.code, options: error.options }
  }
  if (isAppError(error)) return mapAppError(error.code, error.details.reason)
  return { code: mapFastifyError(error) }
}

function mapAppError(code: string, reason: unknown): Mapped {
  if (!isErrorCode(code)) return { code: 'internal-error' }
  if (code !== 'update-refused' || typeof reason !== 'string') return { code }
  const text = REASON_TEXT[reason as keyof typeof REASON_TEXT] as string | undefined
  return { code, options: { extensions: { reason }, ...(text && { detail: `${text}.` }) } }
}

function mapFastifyError(error: unknown): ErrorCodeName {
  if (!(error instanceof Error)) return 'internal-error'
  const { code, statusCode } = error as Partial<FastifyError>
  const known = code === undefined ? undefined : BY_FASTIFY_CODE[code]
  if (known) return known
  const fromFramework = code?.startsWith('FST_ERR_') || error instanceof SyntaxError
  return fromFramework && statusCode === 400 ? 'malformed-request' : 'internal-error'
}

function isErrorCode(code: string): code is ErrorCodeName {
  return Object.hasOwn(ERROR_CODES, code)
}

function logFailure(request: FastifyRequest, code: ErrorCodeName, error: unknown): void {
  if (ERROR_CODES[code].status < 500) return
  request.log.error(
    { code, route: request.routeOptions.url, error: toLoggableError(error) },
    'request failed',
  )
}
