import { createHash } from 'node:crypto'
import { z } from 'zod'
import { toDerivedUuid } from '../../../domain/shared/derived-uuid.ts'
import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'
import { ApiProblem } from '../../problem.ts'
import { idParams } from '../../schemas/parts.ts'
import { submissionSummarySchema } from '../../schemas/submission.ts'
import { toSummary } from './answer.ts'
import { assertPossible } from './assert-possible.ts'
import { findOwn } from './find-own.ts'
import { onRecord } from './on-record.ts'

const body = z.strictObject({
  signature: z
    .base64({ error: 'Ожидается подпись CMS (DER) в Base64.' })
    .min(64)
    .max(200_000)
    .describe('Отсоединённая подпись CAdES над document.xml, DER в Base64'),
})

/** A signature of a person, made elsewhere with the person's own key. Whether it fits is decided by the worker. */
export function registerSignatures(app: Api, deps: ApiDeps): void {
  app.post(
    '/v1/submissions/:id/signatures',
    {
      config: { right: 'operate' },
      schema: {
        operationId: 'addSignature',
        tags: ['Действия'],
        summary: 'Приложить личную подпись',
        description: 'Подпись врача, сделанная его ключом на его рабочем месте.',
        params: idParams,
        body,
        response: { 200: submissionSummarySchema },
      },
    },
    async (request) => {
      const view = await findOwn(deps, request, request.params.id)
      assertPossible('add-signature', view)
      const { id, version } = view
      const bytes = Buffer.from(request.body.signature, 'base64')
      const blobId = toBlobId(id, version, bytes)
      const mediaType = 'application/pkcs7-signature'
      const draft = { id: blobId, kind: 'personal-signature', mediaType, bytes } as const
      await deps.store.artefacts.add(id, version, draft)
      const { organizationId, keyId: actor } = principalOf(request)
      const by = { organizationId, submissionId: id, actor, reason: '' }
      const act = { name: 'sign', text: 'Приложена личная подпись' }
      await onRecord(deps, by, act, async () => {
        const { accepted, code } = await deps.workflows.addSignature(id, { actor, blobId })
        if (!accepted) throw refused(code)
      })
      return toSummary(await findOwn(deps, request, id))
    },
  )
}

function refused(code = 'signature-refused'): ApiProblem {
  const errors = [{ pointer: '/signature', code, detail: 'Подпись не принята.' }]
  return new ApiProblem('signature-refused', { errors })
}

/** The same signature of the same version has the same id (UUID version 8): a repeated request stores nothing twice. */
function toBlobId(submissionId: string, version: number, bytes: Buffer): string {
  const hash = createHash('sha256')
    .update(`${submissionId}/${version}/`)
    .update(bytes)
    .digest('hex')
  return toDerivedUuid(hash)
}
