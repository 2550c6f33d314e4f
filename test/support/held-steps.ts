import type { Client } from '@temporalio/client'
import proto from '@temporalio/proto'
import { submissionWorkflowId } from '../../workflows/names.ts'

const { EventType, PendingActivityState } = proto.temporal.api.enums.v1

/** A step that a worker has begun and not ended. */
export interface HeldStep {
  readonly submissionId: string
  readonly runId: string
  readonly activityId: string
  readonly step: string
}
export interface WentOn extends HeldStep {
  /** From the given moment until the step began again elsewhere. */
  readonly repeatedMs: number
  /** From the given moment until the run had named what comes after the step. */
  readonly nextMs: number
  readonly attempts: number
}

/** The steps of these submissions that the worker with this pid holds. */
export async function stepsHeldBy(
  client: Client,
  submissionIds: readonly string[],
  pid: number | undefined,
): Promise<HeldStep[]> {
  const held = submissionIds.map(async (submissionId) => {
    const { raw, runId } = await client.workflow
      .getHandle(submissionWorkflowId(submissionId))
      .describe()
    return (raw.pendingActivities ?? [])
      .filter(
        ({ state, lastWorkerIdentity }) =>
          state === PendingActivityState.PENDING_ACTIVITY_STATE_STARTED &&
          lastWorkerIdentity?.startsWith(`${pid}@`),
      )
      .map(({ activityId, activityType }) => ({
        ...{ submissionId, runId },
        ...{ activityId: activityId ?? '', step: activityType?.name ?? '' },
      }))
  })
  return (await Promise.all(held)).flat()
}

/** How long after a moment a step was begun again, read from the history: to be asked once the run has gone on. */
export async function wentOn(client: Client, held: HeldStep, since: Date): Promise<WentOn> {
  const workflowId = submissionWorkflowId(held.submissionId)
  const { events } = await client.workflow.getHandle(workflowId, held.runId).fetchHistory()
  const all = events ?? []
  const scheduled = all.find(
    ({ activityTaskScheduledEventAttributes: it }) => it?.activityId === held.activityId,
  )
  const started = all.find(({ activityTaskStartedEventAttributes: it }) =>
    it?.scheduledEventId?.eq(scheduled?.eventId ?? 0),
  )
  const next = all
    .slice(started ? all.indexOf(started) : all.length)
    .find(({ eventType }) => eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
  return {
    ...held,
    repeatedMs: msOf(started?.eventTime) - since.getTime(),
    nextMs: msOf(next?.eventTime) - since.getTime(),
    attempts: started?.activityTaskStartedEventAttributes?.attempt ?? 0,
  }
}

type Timestamp = { seconds?: { toNumber(): number } | null; nanos?: number | null } | null
/** Of an event's time; no event at all is later than any bound. */
export const msOf = (time: Timestamp | undefined) =>
  time ? (time.seconds?.toNumber() ?? 0) * 1_000 + (time.nanos ?? 0) / 1e6 : Infinity
