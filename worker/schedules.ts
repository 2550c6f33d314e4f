import type { Logger } from 'pino'
import { toLoggableError } from '../adapters/shared/loggable-error.ts'
import type { Schedule, Schedules } from '../adapters/temporal/port.ts'
import type { ReconcileInput } from '../domain/submission/messages.ts'
import { RECONCILE_SCHEDULE_ID, WorkflowName } from '../workflows/names.ts'

const MINUTE = 60_000
const input: ReconcileInput = { graceMs: 10 * MINUTE, pageSize: 200 }

const RECONCILE: Schedule = {
  id: RECONCILE_SCHEDULE_ID,
  workflow: WorkflowName.reconcile,
  input,
  everyMs: 15 * MINUTE,
  summary: 'Сверка отправок с процессами',
}

const RETRY_FIRST_MS = 1_000
const RETRY_MAX_MS = 60_000

export interface ScheduleOptions {
  readonly schedules: Schedules
  readonly logger: Pick<Logger, 'info' | 'warn'>
  /** Ends the tries. */
  readonly signal: AbortSignal
  /** Waits between two tries, milliseconds. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Arranges what comes again and again; tried until Temporal answers. Never throws: the worker works without it too. */
export async function arrangeSchedules({
  schedules,
  logger,
  signal,
  pause,
}: ScheduleOptions): Promise<void> {
  for (let waitMs = RETRY_FIRST_MS; !signal.aborted; waitMs = Math.min(waitMs * 2, RETRY_MAX_MS)) {
    try {
      const state = await schedules.ensure(RECONCILE)
      logger.info({ schedule: RECONCILE.id, state }, 'schedule arranged')
      return
    } catch (error) {
      logger.warn({ error: toLoggableError(error), retryInMs: waitMs }, 'schedule not arranged yet')
      await pause(waitMs, signal)
    }
  }
}
