import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import type { WorkflowMessage } from './port.ts'
import { WORKFLOW_TASK_TIMEOUT_MS } from './task-timeout.ts'
import type { WorkflowNames } from './workflow-names.ts'

export type TellMessage = Extract<WorkflowMessage, { kind: 'tell' }>

/** Starts what tells people by itself, because the run of the submission may have ended. A repeat finds it started or done. */
export async function startNotification(
  client: Client,
  within: <T>(call: () => Promise<T>) => Promise<T>,
  { submissionId, version, notification: kind, round }: TellMessage,
  { taskQueue, names }: { readonly taskQueue: string; readonly names: WorkflowNames },
): Promise<void> {
  const notification = { submissionId, version, kind, round }
  try {
    await within(() =>
      client.workflow.start(names.notifyParties, {
        workflowId: names.notificationWorkflowId(notification),
        taskQueue,
        args: [notification],
        workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'USE_EXISTING',
        staticSummary: `Уведомление: ${kind}`,
      }),
    )
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
  }
}
