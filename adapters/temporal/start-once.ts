import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import { WORKFLOW_TASK_TIMEOUT_MS } from './task-timeout.ts'

/** Starts a run beside that of the submission, which may have ended. A repeat finds it started or done. */
export async function startOnce(
  client: Client,
  within: <T>(call: () => Promise<T>) => Promise<T>,
  run: {
    readonly workflow: string
    readonly workflowId: string
    readonly taskQueue: string
    readonly input: object
    /** Russian: what Web UI says of it. */
    readonly summary: string
  },
): Promise<void> {
  const { workflow, workflowId, taskQueue, input, summary } = run
  try {
    await within(() =>
      client.workflow.start(workflow, {
        ...{ workflowId, taskQueue, args: [input], staticSummary: summary },
        workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    )
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
  }
}
