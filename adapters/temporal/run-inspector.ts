import { type Client, type Connection, WorkflowNotFoundError } from '@temporalio/client'
import type { Carriage, RunInspector } from './port.ts'
import { temporalCall } from './temporal-call.ts'

export interface RunInspectorOptions {
  readonly client: Client
  readonly connection: Connection
  readonly namespace: string
  readonly names: {
    readonly submitAnalysis: string
    readonly retainSubmission: string
    readonly retainUntil: string
    submissionWorkflowId(submissionId: string): string
  }
}

/** Questions asked at a time: reconciliation must not get in the way of the work it looks after. */
const CONCURRENCY = 8
const CALL_TIMEOUT_MS = 10_000

export function createRunInspector({
  client,
  connection,
  namespace,
  names,
}: RunInspectorOptions): RunInspector {
  const within = <T>(call: () => Promise<T>) =>
    temporalCall(() => connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, call))
  const prefix = names.submissionWorkflowId('')
  return {
    async running(submissionIds) {
      const found = new Map<string, Carriage>()
      const rest = [...submissionIds]
      const ask = async () => {
        for (let id = rest.pop(); id !== undefined; id = rest.pop()) {
          const workflowId = names.submissionWorkflowId(id)
          const latest = await within(() => readLatestRun(client, workflowId))
          if (latest?.running)
            found.set(id, latest.type === names.retainSubmission ? 'kept' : 'carried')
        }
      }
      await Promise.all(Array.from({ length: CONCURRENCY }, ask))
      return found
    },
    async list({ cursor, limit, now }) {
      const over = `(WorkflowType = '${names.retainSubmission}' AND ${names.retainUntil} < '${now.toISOString()}')`
      const answer = await within(() =>
        connection.workflowService.listWorkflowExecutions({
          namespace,
          pageSize: limit,
          query: `ExecutionStatus = 'Running' AND (WorkflowType = '${names.submitAnalysis}' OR ${over})`,
          nextPageToken: Buffer.from(cursor ?? '', 'base64'),
        }),
      )
      const ids = answer.executions.map(({ execution }) => execution?.workflowId ?? '')
      const token = Buffer.from(answer.nextPageToken).toString('base64')
      return {
        submissionIds: ids
          .filter((id) => id.startsWith(prefix))
          .map((id) => id.slice(prefix.length)),
        next: token === '' ? null : token,
      }
    },
  }
}

export interface LatestRun {
  readonly running: boolean
  readonly startTime: Date
  /** Name of its workflow. */
  readonly type: string
}

/** Undefined: there never was a run of that id, or Temporal has forgotten it. */
export async function readLatestRun(
  client: Client,
  workflowId: string,
): Promise<LatestRun | undefined> {
  try {
    const { status, startTime, type } = await client.workflow.getHandle(workflowId).describe()
    return { running: status.name === 'RUNNING', startTime, type }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined
    throw error
  }
}
