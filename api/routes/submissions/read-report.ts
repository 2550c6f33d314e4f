import type { FastifyRequest } from 'fastify'
import type { ParsedMessage } from '../../../adapters/formats/port.ts'
import type { Organization } from '../../../adapters/storage/port.ts'
import { reviewPlausibility } from '../../../domain/report/plausible.ts'
import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'
import { rawBodyOf, registerRawBodies } from '../../plugins/bodies.ts'
import { ApiProblem, toFieldError } from '../../problem.ts'

/** Routes of this scope take a result in any format: its bytes are kept as received, up to the file limit. */
export function acceptReports(app: Api, { formats }: Pick<ApiDeps, 'formats'>): void {
  registerRawBodies(app)
  // Before the body is read: ten megabytes of an unknown format are not worth receiving.
  app.addHook('onRequest', async (request) => {
    const encoding = request.headers['content-encoding']
    const known = formats.findParser(request.headers['content-type'] ?? '') !== undefined
    if (known && (encoding === undefined || encoding === 'identity')) return
    const detail = `Поддерживаются без сжатия: ${formats.mediaTypes.join(', ')}.`
    throw new ApiProblem('unsupported-media-type', { detail })
  })
}

export interface ReadMessage extends ParsedMessage {
  readonly organization: Organization
  readonly source: { readonly bytes: Buffer; readonly mediaType: string }
}

/** Parses the body by the laboratory's own zone. Throws ApiProblem `validation-failed` with one entry per field. */
export async function readMessage(deps: ApiDeps, request: FastifyRequest): Promise<ReadMessage> {
  const organization = await deps.store.organizations.get(principalOf(request).organizationId)
  if (!organization) throw new ApiProblem('organization-not-found')
  const contentType = request.headers['content-type'] ?? ''
  const parser = deps.formats.findParser(contentType)
  if (!parser) throw new ApiProblem('unsupported-media-type')
  const bytes = rawBodyOf(request)
  const { identifierChecks } = deps.settings
  const options = { identifierChecks, timeZone: organization.timeZone }
  const parsed = parser.parse({ bytes, contentType, options })
  if (!parsed.ok) {
    const errors = parsed.error.filter(({ severity }) => severity === 'error').map(toFieldError)
    throw new ApiProblem('validation-failed', { errors })
  }
  const implausible = parsed.value.results.flatMap(({ report, word }) =>
    reviewPlausibility(report, word.issuedAt, deps.now()),
  )
  if (implausible.length > 0)
    throw new ApiProblem('validation-failed', { errors: implausible.map(toFieldError) })
  return { ...parsed.value, organization, source: { bytes, mediaType: contentType } }
}
