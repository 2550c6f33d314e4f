import { setTimeout as sleep } from 'node:timers/promises'
import { GracefulShutdownPeriodExpiredError, type Worker } from '@temporalio/worker'
import { type Logger, pino } from 'pino'
import { toLoggableError } from '../adapters/shared/loggable-error.ts'
import { type Config, ConfigError, loadConfig, redact } from '../config/load-config.ts'
import { AppError, isAppError } from '../domain/shared/app-error.ts'
import { ERROR_CODES, type ErrorCodeName } from '../domain/shared/error-codes.ts'
import { createWorkerDeps, type WorkerDeps } from './deps.ts'
import { createHealthServer } from './health.ts'
import { createWorker } from './runtime.ts'
import { arrangeSchedules } from './schedules.ts'
import { stopOnSignal } from './stop.ts'

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
    database: deps.activities.store,
    temporal: deps.temporal,
    certificateEnds: () => deps.activities.signer.certificate().notAfter,
  })
  stopOnSignal(() => worker)
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
  } catch (error) {
    if (!(error instanceof GracefulShutdownPeriodExpiredError)) throw error
    logger.warn('steps under way are left to another worker')
    // They hold the connection: only the end of the process lets go of it.
    process.exit()
  } finally {
    stopping.abort()
    await arranging
    await health.close()
    await runtime.close()
    await deps.close()
    logger.info('worker stopped')
  }
  // A call that is still waited for by nobody, or the channel to a parent, would keep the process.
  process.exit()
}

/** A worker that cannot sign would carry every result to a stop: it does not start. */
function requireUsableCertificate({ activities }: WorkerDeps): void {
  const { notBefore, notAfter } = activities.signer.certificate()
  const now = activities.now()
  if (now > notAfter) throw new AppError('certificate-expired', 'permanent')
  if (now < notBefore) throw new AppError('certificate-not-yet-valid', 'permanent')
}

/** The last line of the log is what a person is shown: a reason we know is told in words. */
function whyFailed(error: unknown): string {
  const known = isAppError(error) ? ERROR_CODES[error.code as ErrorCodeName] : undefined
  return known?.text ?? 'worker failed'
}

function fail(error: unknown): void {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`)
  else logger.fatal({ error: toLoggableError(error) }, whyFailed(error))
  process.exitCode = 1
  process.exit()
}

try {
  // biome-ignore lint/style/noProcessEnv: the one place of this process that reads its environment
  await main(loadConfig(process.env, 'worker'))
} catch (error) {
  fail(error)
}
