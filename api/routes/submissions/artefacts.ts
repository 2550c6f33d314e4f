import { z } from 'zod'
import { Phase } from '../../../domain/submission/phase.ts'
import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'
import { ApiProblem } from '../../problem.ts'
import { idParams } from '../../schemas/parts.ts'
import { ARTEFACT_FILES } from './artefact-files.ts'
import { findOwn } from './find-own.ts'

const query = z.strictObject({
  version: z.coerce
    .number({ error: 'Ожидается целое число.' })
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe('Версия результата; без неё — последняя'),
})

/** Downloads. They show personal data: a right of their own, an audit entry each, and nothing is kept by caches. */
export function registerArtefacts(app: Api, deps: ApiDeps): void {
  for (const file of ARTEFACT_FILES) {
    app.get(
      `/v1/submissions/:id/${file.name}`,
      {
        config: { right: 'read-body', streams: 'application/octet-stream' },
        schema: {
          operationId: `get-${file.kind}`,
          tags: ['Файлы'],
          summary: file.meaning,
          description: 'Каждое обращение записывается в журнал.',
          params: idParams,
          querystring: query,
        },
      },
      async (request, reply) => {
        const view = await findOwn(deps, request, request.params.id)
        if (view.phase === Phase.destroyed && file.kind !== 'destruction-certificate')
          throw new ApiProblem('artefact-destroyed')
        const { version } = request.query
        const artefact = await deps.store.artefacts.read(view.id, file.kind, version)
        if (!artefact) throw new ApiProblem('artefact-not-ready')
        const etag = `"${artefact.digest}"`
        reply.headers({ etag, 'cache-control': 'no-store' })
        if (request.headers['if-none-match'] === etag) return reply.code(304).send()
        const { organizationId, keyId } = principalOf(request)
        await deps.store.audit.record({
          organizationId,
          actor: keyId,
          action: 'artefact.read',
          submissionId: view.id,
          target: `${file.kind}/${artefact.version}`,
        })
        return reply
          .type(artefact.mediaType)
          .header('content-disposition', `attachment; filename="${toFileName(view.id, file.name)}"`)
          .send(artefact.bytes)
      },
    )
  }
}

/** Named by the submission, never by the patient. */
function toFileName(id: string, name: string): string {
  return `${id}-${name}`
}
