import { setTimeout as sleep } from 'node:timers/promises'
import type { Worker } from '@temporalio/worker'
import { type Logger, pino } from 'pino'
import { toLoggableError } from '../adapters/shared/loggable-error.ts'
import { type Config, ConfigError, loadConfig, redact } from '../config/load-config.ts'
import { AppError } from '../domain/shared/app-error.ts'
import { createWorkerDeps, type WorkerDeps } from './deps.ts'
import { createHealthServer } from './health.ts'
import { createWorker } from './runtime.ts'
import { arrangeSchedules } from './schedules.ts'

const logger: Logger = pino({ base: { process: 'worker' }, serializers: { err: toLoggableError } })

/** Runs the worker until it is told to stop: running activities finish or hand over. */
async function main(config: Config): Promise<void> {
  logger.level = config.GONETS_LOG_LEVEL
  logger.info({ config: redact(config) }, 'configuration')
  const deps = createWorkerDeps(config)
  requireUsableCertificate(deps)
  let worker: Worker | undefined
  const health = createHealthServer({
    worker: () => worker,
    ping: () => deps.activities.store.ping(),
    certificateEnds: () => deps.activities.signer.certificate().notAfter,
  })
  await health.listen({ host: '127.0.0.1', port: config.GONETS_WORKER_HEALTH_PORT })
  const runtime = await createWorker(deps, {
    address: config.TEMPORAL_ADDRESS,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.GONETS_TASK_QUEUE,
    logger,
    activitySlots: config.GONETS_ACTIVITY_SLOTS,
    workflowTaskSlots: config.GONETS_WORKFLOW_TASK_SLOTS,
    cachedWorkflows: config.GONETS_CACHED_WORKFLOWS,
  })
  worker = runtime.worker
  stopOnSignal(runtime.worker)
  const running = runtime.worker.run()
  logger.info({ taskQueue: config.GONETS_TASK_QUEUE }, 'worker ready')
  process.send?.({ ready: true })
  const stopping = new AbortController()
  const arranging = arrangeSchedules({
    schedules: deps.schedules,
    logger,
    signal: stopping.signal,
    pause: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
  })
  try {
    await running
  } finally {
    stopping.abort()
    await arranging
    await health.close()
    await runtime.close()
    await deps.close()
    logger.info('worker stopped')
    // An IPC channel to a parent keeps the process alive.
    if (process.connected) process.disconnect()
  }
}

/** A worker that cannot sign would carry every result to a stop: it does not start. */
function requireUsableCertificate({ activities }: WorkerDeps): void {
  const { notBefore, notAfter } = activities.signer.certificate()
  const now = activities.now()
  if (now > notAfter) throw new AppError('certificate-expired', 'permanent')
  if (now < notBefore) throw new AppError('certificate-not-yet-valid', 'permanent')
}

function stopOnSignal(worker: Worker): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (worker.getState() === 'RUNNING') worker.shutdown()
    })
  }
}

function fail(error: unknown): void {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`)
  else logger.fatal({ error: toLoggableError(error) }, 'worker failed')
  process.exitCode = 1
  process.exit()
}

try {
  // biome-ignore lint/style/noProcessEnv: the one place of this process that reads its environment
  await main(loadConfig(process.env, 'worker'))
} catch (error) {
  fail(error)
}
