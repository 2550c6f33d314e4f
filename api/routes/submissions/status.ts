import type { FastifyRequest } from 'fastify'
import type { SubmissionView } from '../../../adapters/storage/port.ts'
import type { Api } from '../../api.ts'
import { clientGone } from '../../client-gone.ts'
import type { ApiDeps } from '../../deps.ts'
import { idParams } from '../../schemas/parts.ts'
import { submissionQuery, submissionSchema } from '../../schemas/submission.ts'
import { pauseUnless } from '../../wait-room.ts'
import { toSubmission } from './answer.ts'
import { findOwn } from './find-own.ts'

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
      const view = await findOwn(deps, request, request.params.id)
      const known = revision ?? view.revision
      if (wait === undefined || view.revision !== known) return toSubmission(view)
      return toSubmission(await waitForChange(deps, request, clientGone(reply.raw), view, wait))
    },
  )
}

/** The newest state, at the latest after `waitMs`. Without a free place in the wait room the answer comes at once. */
async function waitForChange(
  deps: ApiDeps,
  request: FastifyRequest,
  client: AbortSignal,
  first: SubmissionView,
  waitMs: number,
): Promise<SubmissionView> {
  const place = deps.waitRoom.enter(client)
  if (!place) return first
  try {
    const until = performance.now() + waitMs
    let view = first
    while (view.revision === first.revision && !place.signal.aborted) {
      const left = until - performance.now()
      if (left <= 0) break
      await pauseUnless(place.signal, Math.min(POLL_MS, left))
      view = await findOwn(deps, request, first.id)
    }
    return view
  } finally {
    place.leave()
  }
}
