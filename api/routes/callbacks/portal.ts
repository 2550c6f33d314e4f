import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  parsePortalAnswer,
  verifyPortalSignature,
} from '../../../adapters/registries/portal/answers.ts'
import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { rawBodyOf, registerRawBodies } from '../../plugins/bodies.ts'
import { ApiProblem, toFieldError } from '../../problem.ts'
import { organizationParams } from '../../schemas/organization.ts'

const BODY_LIMIT = 1024 * 1024
const isDocumentId = (id: string) => z.guid().safeParse(id).success

/**
 * Where the portal posts its answers (docs/registries/portal.md). No API key: the HMAC over the raw bytes says who
 * speaks. The answer is stored before 200 leaves; a repeat gets 200 too. Anything else makes the portal try again.
 */
export async function registerPortalCallback(app: Api, deps: ApiDeps): Promise<void> {
  await app.register(async (scope: Api) => {
    registerRawBodies(scope)
    scope.post(
      '/callbacks/portal/:id',
      {
        bodyLimit: BODY_LIMIT,
        config: { right: 'public', body: 'portal-answer' },
        schema: {
          operationId: 'portalCallback',
          tags: ['Ответы реестра'],
          summary: 'Ответ портала',
          description:
            'Вызывает портал. Подпись — в X-Portal-Signature над X-Portal-Timestamp и телом.',
          params: organizationParams,
          response: { 200: z.object({ received: z.literal(true) }) },
        },
      },
      async (request) => {
        assertSigned(deps, request)
        const parsed = parsePortalAnswer(rawBodyOf(request))
        if (!parsed.ok)
          throw new ApiProblem('validation-failed', { errors: parsed.error.map(toFieldError) })
        if (!isDocumentId(parsed.value.documentId)) throw new ApiProblem('document-unknown')
        const received = await deps.store.acknowledgements.receive({
          organizationId: request.params.id,
          answer: parsed.value,
          raw: rawBodyOf(request),
          mediaType: 'application/json',
          via: 'callback',
        })
        if (received.kind === 'unknown-document') throw new ApiProblem('document-unknown')
        deps.dispatcher.dispatchFor(received.submissionId)
        return { received: true as const }
      },
    )
  })
}

function assertSigned({ settings, now }: ApiDeps, request: FastifyRequest): void {
  const signed = verifyPortalSignature({
    body: rawBodyOf(request),
    timestamp: header(request, 'x-portal-timestamp'),
    signature: header(request, 'x-portal-signature'),
    secret: settings.callbackSecret,
    now: now(),
  })
  if (!signed) throw new ApiProblem('callback-signature-invalid')
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}
