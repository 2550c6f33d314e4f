import { NativeConnection, Runtime, Worker } from '@temporalio/worker'
import type { Logger } from 'pino'
import { createActivities } from '../activities/index.ts'
import { createDataConverter } from '../adapters/temporal/data-converter.ts'
import type { WorkerDeps } from './deps.ts'
import { loadWorkflowBundle } from './workflow-bundle.ts'

export interface RuntimeOptions {
  readonly address: string
  readonly namespace: string
  readonly taskQueue: string
  readonly logger: Logger
  readonly activitySlots: number
  readonly workflowTaskSlots: number
  readonly cachedWorkflows: number
}

/** Time for running activities to finish when the worker is asked to stop. */
const GRACE = '8 seconds'

/**
 * A Temporal worker. On two cores more slots than the defaults do not make it faster, they lengthen the tail. Retries the connection until
 * Temporal is there, so that start-up order does not matter.
 */
export async function createWorker(
  deps: WorkerDeps,
  options: RuntimeOptions,
): Promise<{ worker: Worker; close(): Promise<void> }> {
  Runtime.install({ logger: toTemporalLogger(options.logger), shutdownSignals: [] })
  const workflowBundle = await loadWorkflowBundle()
  const connection = await connect(options)
  const worker = await Worker.create({
    connection,
    namespace: options.namespace,
    taskQueue: options.taskQueue,
    workflowBundle,
    activities: createActivities(deps.activities),
    dataConverter: createDataConverter(deps.codec),
    maxConcurrentWorkflowTaskExecutions: options.workflowTaskSlots,
    maxConcurrentActivityTaskExecutions: options.activitySlots,
    maxCachedWorkflows: options.cachedWorkflows,
    shutdownGraceTime: GRACE,
    shutdownForceTime: '9 seconds',
  })
  return { worker, close: () => connection.close() }
}

async function connect({ address, logger }: RuntimeOptions): Promise<NativeConnection> {
  for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, 5_000)) {
    try {
      // Payloads are ciphertext: compressing them costs both sides processor time and saves nothing.
      return await NativeConnection.connect({ address, grpcCompression: { codec: 'none' } })
    } catch {
      logger.warn({ address, retryInMs: pauseMs }, 'temporal not reachable yet')
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}

/** Temporal's own messages may quote errors of activities: their level and text pass, their fields stay behind. */
function toTemporalLogger(logger: Logger) {
  const at =
    (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, meta?: Record<string | symbol, unknown>) => {
      const { workflowId, activityType, activityId, attempt, workflowType } = meta ?? {}
      logger[level](
        { temporal: message, workflowId, workflowType, activityType, activityId, attempt },
        'temporal',
      )
    }
  const levels = {
    TRACE: 'trace',
    DEBUG: 'debug',
    INFO: 'info',
    WARN: 'warn',
    ERROR: 'error',
  } as const
  return {
    log: (level: keyof typeof levels, message: string, meta?: Record<string | symbol, unknown>) =>
      at(levels[level])(message, meta),
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  }
}
