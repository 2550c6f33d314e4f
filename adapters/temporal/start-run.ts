import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import {
  CURRENT_PROTOCOL,
  type RetentionInput,
  type SubmissionInput,
} from '../../domain/submission/messages.ts'
import { Priority } from '../../domain/submission/priority.ts'
import type { WorkflowMessage } from './port.ts'
import { type LatestRun, readLatestRun } from './run-inspector.ts'
import { WORKFLOW_TASK_TIMEOUT_MS } from './task-timeout.ts'
import type { WorkflowNames } from './workflow-names.ts'

export type StartMessage = Extract<
  WorkflowMessage,
  { kind: 'start-submission' | 'start-retention' }
>
type StartOptions = Parameters<Client['workflow']['start']>[1]
type Within = <T>(call: () => Promise<T>) => Promise<T>
interface Where {
  readonly taskQueue: string
  readonly names: WorkflowNames
}

/**
 * Starts the run of a submission, or finds it started. A closed run takes the id for good, unless the message says when it
 * was lost: then a run that began before that time may be replaced, and a repeat of the message finds the new one. One
 * that keeps what the database does not know to be registered has outlived the restore of an older copy: it ends.
 */
export async function startRun(
  client: Client,
  within: Within,
  message: StartMessage,
  { taskQueue, names }: Where,
): Promise<void> {
  const workflowId = names.submissionWorkflowId(message.submissionId)
  const { lostBefore } = message
  const latest =
    lostBefore === undefined ? undefined : await within(() => readLatestRun(client, workflowId))
  if (lostBefore !== undefined && latest && latest.startTime >= new Date(lostBefore)) return
  try {
    await within(() =>
      client.workflow.start(workflowOf(message, names), {
        workflowId,
        taskQueue,
        args: [toInput(message)],
        workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
        workflowIdReusePolicy: lostBefore === undefined ? 'REJECT_DUPLICATE' : 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: isAhead(latest, message, names)
          ? 'TERMINATE_EXISTING'
          : 'USE_EXISTING',
        staticSummary: `Отправка результата, исследование ${message.analysisCode}`,
        typedSearchAttributes: toSearchAttributes(message, names),
        priority: toPriority(message),
      }),
    )
  } catch (error) {
    // Delivered before, and the run has even ended since.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
  }
}

function isAhead(
  latest: LatestRun | undefined,
  message: StartMessage,
  names: WorkflowNames,
): boolean {
  const keeps = latest?.running === true && latest.type === names.retainSubmission
  return keeps && message.kind === 'start-submission'
}

function workflowOf({ kind }: StartMessage, names: WorkflowNames): string {
  return kind === 'start-retention' ? names.retainSubmission : names.submitAnalysis
}

function toInput(message: StartMessage): SubmissionInput | RetentionInput {
  const { submissionId, version } = message
  if (message.kind === 'start-retention')
    return { submissionId, version, retainUntil: message.retainUntil }
  const { organizationId, policy, firstRound, heldFor } = message
  return {
    submissionId,
    version,
    organizationId,
    policy,
    protocol: CURRENT_PROTOCOL,
    ...(firstRound === undefined ? {} : { firstRound }),
    ...(heldFor === undefined ? {} : { heldFor }),
  }
}

/**
 * Steps and children inherit it, so what is urgent passes what waits for a worker. The fairness key has no effect until
 * fairness is switched on for the task queue; admission shares out the places already, but a run started today lives on.
 */
function toPriority(message: StartMessage): NonNullable<StartOptions['priority']> {
  const stated = message.kind === 'start-submission' ? message.priority : undefined
  return { priorityKey: stated ?? Priority.routine, fairnessKey: message.organizationId }
}

function toSearchAttributes(
  message: StartMessage,
  { searchAttributes: names }: WorkflowNames,
): NonNullable<StartOptions['typedSearchAttributes']> {
  const attribute = (name: string, type: 'KEYWORD' | 'BOOL' | 'DATETIME') =>
    defineSearchAttributeKey(name, SearchAttributeType[type])
  const kept = message.kind === 'start-retention'
  return [
    { key: attribute(names.phase, 'KEYWORD'), value: kept ? 'retained' : 'checking-consent' },
    { key: attribute(names.organization, 'KEYWORD'), value: message.organizationId },
    { key: attribute(names.registry, 'KEYWORD'), value: message.registry },
    { key: attribute(names.analysis, 'KEYWORD'), value: message.analysisCode },
    { key: attribute(names.needsAttention, 'BOOL'), value: false },
    ...(kept
      ? [{ key: attribute(names.retainUntil, 'DATETIME'), value: new Date(message.retainUntil) }]
      : []),
  ] as NonNullable<StartOptions['typedSearchAttributes']>
}
