import {
  NativeConnection,
  Runtime,
  TransportError,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker'
import type { Logger } from 'pino'
import { BEAT_EVERY_MS } from '../activities/beating.ts'
import { createActivities } from '../activities/index.ts'
import { createDataConverter } from '../adapters/temporal/data-converter.ts'
import type { WorkerDeps } from './deps.ts'
import { STOP } from './stop.ts'
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

/**
 * A workflow task waits so long for the worker that knows its run; then any worker takes it and replays the short history.
 * For the runs of a killed worker that pause comes on top of the repeat of their step. In a burst of sixty results on two
 * loaded cores no task waited that long.
 */
const KNOWN_WORKER_WAIT = '1 second'

/**
 * A Temporal worker. A step goes straight to the worker that asked for it while that one has slots to spare: with ten results
 * on their way and 20 slots one in eight did not, with 40 one in a hundred. Tries until Temporal is there and knows the
 * namespace, so that start-up order does not matter.
 */
export async function createWorker(
  deps: WorkerDeps,
  options: RuntimeOptions,
): Promise<{ worker: Worker; close(): Promise<void> }> {
  Runtime.install({ logger: toTemporalLogger(options.logger), shutdownSignals: [] })
  const fixed: Partial<WorkerOptions> = {
    workflowBundle: await loadWorkflowBundle(),
    activities: createActivities(deps.activities),
    dataConverter: createDataConverter(deps.codec),
    maxConcurrentWorkflowTaskExecutions: options.workflowTaskSlots,
    maxConcurrentActivityTaskExecutions: options.activitySlots,
    maxCachedWorkflows: options.cachedWorkflows,
  }
  for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
    try {
      return await connectWorker(options, fixed)
    } catch (error) {
      if (!(error instanceof TransportError)) throw error
      const { address, logger } = options
      logger.warn({ address, retryInMs: pauseMs }, 'temporal not reachable yet')
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}

async function connectWorker(
  { address, namespace, taskQueue }: RuntimeOptions,
  fixed: Partial<WorkerOptions>,
): Promise<{ worker: Worker; close(): Promise<void> }> {
  // Payloads are ciphertext: compressing them costs both sides processor time and saves nothing.
  const connection = await NativeConnection.connect({ address, grpcCompression: { codec: 'none' } })
  try {
    const worker = await Worker.create({
      ...{ ...fixed, connection, namespace, taskQueue },
      stickyQueueScheduleToStartTimeout: KNOWN_WORKER_WAIT,
      // Every beat is passed on: by default they are thinned out to four fifths of the silence that means death.
      maxHeartbeatThrottleInterval: BEAT_EVERY_MS,
      shutdownGraceTime: STOP.finishMs,
      shutdownForceTime: STOP.forceMs,
    })
    return { worker, close: () => connection.close() }
  } catch (error) {
    await connection.close()
    throw error
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
