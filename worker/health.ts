import type { Worker } from '@temporalio/worker'
import { type FastifyInstance, fastify } from 'fastify'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { answers } from '../adapters/shared/answers.ts'

export interface HealthOptions {
  readonly worker: () => Worker | undefined
  readonly database: { ping(): Promise<void> }
  readonly temporal: { ping(): Promise<void> }
  readonly certificateEnds: () => Date
}

/** The worker's only port: health and metrics, on loopback. */
export function createHealthServer({
  worker,
  database,
  temporal,
  certificateEnds,
}: HealthOptions): FastifyInstance {
  const app = fastify({ logger: false })
  const registry = createRegistry(worker, certificateEnds)
  app.get('/livez', () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const [hasDatabase, hasTemporal] = await Promise.all([answers(database), answers(temporal)])
    const missing = [
      ...(hasDatabase ? [] : ['database']),
      ...(hasTemporal ? [] : ['temporal']),
      // Not connected yet, or stopping: the state stays RUNNING when Temporal is lost.
      ...(worker()?.getState() === 'RUNNING' ? [] : ['worker']),
    ]
    return await reply
      .code(missing.length === 0 ? 200 : 503)
      .send({ status: missing.length === 0 ? 'ok' : 'unavailable', missing })
  })
  app.get(
    '/metrics',
    async (_request, reply) =>
      await reply.type(registry.contentType).send(await registry.metrics()),
  )
  return app
}

function createRegistry(worker: HealthOptions['worker'], certificateEnds: () => Date): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'gonets_worker_' })
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  gauge(
    'gonets_worker_activities_in_flight',
    'Activities being executed',
    () => worker()?.getStatus().numInFlightActivities ?? 0,
  )
  gauge(
    'gonets_worker_workflow_activations_in_flight',
    'Workflow activations being executed',
    () => worker()?.getStatus().numInFlightWorkflowActivations ?? 0,
  )
  gauge(
    'gonets_worker_cached_workflows',
    'Workflows held in memory',
    () => worker()?.getStatus().numCachedWorkflows ?? 0,
  )
  gauge(
    'gonets_signing_certificate_seconds_left',
    'Seconds until the signing certificate ends',
    () => (certificateEnds().getTime() - Date.now()) / 1000,
  )
  return registry
}
