import {
  type Client,
  type Connection,
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
} from '@temporalio/client'
import type { Schedules } from './port.ts'
import { WORKFLOW_TASK_TIMEOUT_MS } from './task-timeout.ts'
import { temporalCall } from './temporal-call.ts'

export interface SchedulesOptions {
  readonly client: Client
  readonly connection: Connection
  readonly taskQueue: string
}

/** A worker that stops waits for the call under way: shorter than its own grace time. */
const CALL_TIMEOUT_MS = 3_000

export function createSchedules({ client, connection, taskQueue }: SchedulesOptions): Schedules {
  return {
    async ensure({ id, workflow, input, everyMs, summary }) {
      const create = () =>
        client.schedule.create({
          scheduleId: id,
          spec: { intervals: [{ every: everyMs }] },
          policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: everyMs },
          action: {
            type: 'startWorkflow',
            workflowType: workflow,
            workflowId: id,
            taskQueue,
            workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
            args: [input],
            staticSummary: summary,
          },
        })
      try {
        await temporalCall(() => connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, create))
        return 'created'
      } catch (error) {
        if (error instanceof ScheduleAlreadyRunning) return 'there'
        throw error
      }
    },
  }
}
