import { z } from 'zod'
import { answers } from '../../../adapters/shared/answers.ts'
import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { ApiProblem } from '../../problem.ts'

const tags = ['Работоспособность']

/** For load balancers and Prometheus. Public: nothing here tells more than that the process lives. */
export function registerHealth(app: Api, { store, workflows, metrics }: ApiDeps): void {
  const config = { right: 'public', rateLimit: false } as const
  app.get(
    '/livez',
    {
      config,
      schema: {
        operationId: 'live',
        tags,
        summary: 'Процесс жив',
        response: { 200: z.object({ live: z.literal(true) }) },
      },
    },
    async () => ({ live: true as const }),
  )
  app.get(
    '/readyz',
    {
      config,
      schema: {
        operationId: 'ready',
        tags,
        summary: 'Готов принимать результаты',
        description: '503 называет в missing, чего не хватает.',
        response: { 200: z.object({ ready: z.literal(true) }) },
      },
    },
    async () => {
      const [database, temporal] = await Promise.all([answers(store), answers(workflows)])
      if (database && temporal) return { ready: true as const }
      const missing = [...(database ? [] : ['database']), ...(temporal ? [] : ['temporal'])]
      const code = database ? 'temporal-unavailable' : 'storage-unavailable'
      throw new ApiProblem(code, { extensions: { missing } })
    },
  )
  app.get(
    '/metrics',
    {
      config: { ...config, streams: 'text/plain' },
      schema: { operationId: 'metrics', tags, summary: 'Показатели для Prometheus' },
    },
    async (_request, reply) =>
      reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  )
}
