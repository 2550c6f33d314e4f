import { Client, Connection } from '@temporalio/client'
import { submissionWorkflowId } from '../../workflows/names.ts'

export interface HistoryCount {
  readonly events: number
  readonly workflowTasks: number
  readonly activities: number
}

/** What submissions have cost Temporal so far, one by one, each over its run and the one that keeps it. */
export async function countHistories(
  address: string,
  submissionIds: readonly string[],
): Promise<HistoryCount[]> {
  const connection = await Connection.connect({ address })
  try {
    const client = new Client({ connection })
    return await Promise.all(submissionIds.map((id) => countHistory(client, id)))
  } finally {
    await connection.close()
  }
}

async function countHistory(client: Client, submissionId: string): Promise<HistoryCount> {
  const workflowId = submissionWorkflowId(submissionId)
  let count: HistoryCount = { events: 0, workflowTasks: 0, activities: 0 }
  for (let runId: string | undefined; ; ) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory()
    const list = events ?? []
    count = {
      events: count.events + list.length,
      workflowTasks:
        count.workflowTasks +
        list.filter((event) => event.workflowTaskCompletedEventAttributes).length,
      activities:
        count.activities +
        list.filter((event) => event.activityTaskScheduledEventAttributes).length,
    }
    const before = list[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId
    if (!before) return count
    runId = before
  }
}
