import type { Api } from '../../api.ts'
import { clientGone } from '../../client-gone.ts'
import type { ApiDeps } from '../../deps.ts'
import { idParams } from '../../schemas/parts.ts'
import { submissionQuery, submissionSchema } from '../../schemas/submission.ts'
import { toSubmission } from './answer.ts'
import { findOwn } from './find-own.ts'
import { waitForChange } from './wait-for-change.ts'

const POLL_MS = 200

export function registerStatus(app: Api, deps: ApiDeps): void {
  app.get(
    '/v1/submissions/:id',
    {
      config: { right: 'read' },
      schema: {
        operationId: 'getSubmission',
        tags: ['Отправки'],
        summary: 'Состояние отправки',
        description:
          'С wait=30s ответ придёт при первом изменении или через 30 секунд. revision — ревизия, которую вы уже знаете.',
        params: idParams,
        querystring: submissionQuery,
        response: { 200: submissionSchema },
      },
    },
    async (request, reply) => {
      const { wait, revision } = request.query
      const read = () => findOwn(deps, request, request.params.id)
      const first = await read()
      if (wait === undefined || first.revision !== (revision ?? first.revision))
        return toSubmission(first)
      const place = deps.waitRoom.enter(clientGone(reply.raw))
      // Without a free place the answer comes at once: the caller asks again.
      if (!place) return toSubmission(first)
      try {
        const { signal } = place
        return toSubmission(
          await waitForChange({ first, read, waitMs: wait, pollMs: POLL_MS, signal }),
        )
      } finally {
        place.leave()
      }
    },
  )
}
