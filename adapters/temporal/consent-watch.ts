import type { Client } from '@temporalio/client'
import type { ConsentWatch } from './port.ts'
import { WORKFLOW_TASK_TIMEOUT_MS } from './task-timeout.ts'
import { temporalCall } from './temporal-call.ts'

export interface ConsentWatchOptions {
  readonly client: Client
  readonly taskQueue: string
  readonly names: {
    readonly watchConsent: string
    readonly submissionEntered: string
    consentWorkflowId(consentId: string): string
  }
}

/** Signal-with-start: the signal keeps a watch that is about to end from overlooking the newcomer. */
export function createConsentWatch({
  client,
  taskQueue,
  names,
}: ConsentWatchOptions): ConsentWatch {
  return {
    enter: async (input) => {
      await temporalCall(() =>
        client.workflow.signalWithStart(names.watchConsent, {
          workflowId: names.consentWorkflowId(input.consentId),
          taskQueue,
          workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
          args: [input],
          signal: names.submissionEntered,
          signalArgs: [],
          staticSummary: 'Наблюдение за согласием',
        }),
      )
    },
  }
}
