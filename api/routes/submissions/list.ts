import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'
import { submissionListQuery, submissionListSchema } from '../../schemas/submission.ts'
import { toSubmission } from './answer.ts'

export function registerList(app: Api, { store }: ApiDeps): void {
  app.get(
    '/v1/submissions',
    {
      config: { right: 'read' },
      schema: {
        operationId: 'listSubmissions',
        tags: ['Отправки'],
        summary: 'Список отправок',
        description: 'Новые сначала, страницами: передайте nextCursor в cursor.',
        querystring: submissionListQuery,
        response: { 200: submissionListSchema },
      },
    },
    async (request) => {
      const { items, nextCursor } = await store.submissions.list(
        principalOf(request).organizationId,
        request.query,
      )
      return { items: items.map(toSubmission), nextCursor }
    },
  )
}
