import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { bundleWorkflowCode, Runtime, Worker } from '@temporalio/worker'
import { createConsentWatch } from '../../../adapters/temporal/consent-watch.ts'
import { createDataConverter } from '../../../adapters/temporal/data-converter.ts'
import { createPayloadCodec } from '../../../adapters/temporal/payload-codec.ts'
import type { WorkflowMessage } from '../../../adapters/temporal/port.ts'
import { createRunInspector } from '../../../adapters/temporal/run-inspector.ts'
import { createSchedules } from '../../../adapters/temporal/schedules.ts'
import { createSubmissionWorkflows } from '../../../adapters/temporal/submission-workflows.ts'
import { findTemporalCli } from '../../../stack/binaries/index.ts'
import {
  consentWorkflowId,
  SearchAttributeName,
  SignalName,
  submissionNames,
  submissionWorkflowId,
  WorkflowName,
} from '../../../workflows/names.ts'
import { POLICY } from '../../support/activity-data.ts'

const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} }
export const codecKeys = { active: 'test', keys: new Map([['test', Buffer.alloc(32, 7)]]) }

export function startMessage(
  submissionId: string,
): Extract<WorkflowMessage, { kind: 'start-submission' }> {
  return {
    kind: 'start-submission',
    submissionId,
    version: 1,
    organizationId: 'lab-1',
    registry: 'portal',
    analysisCode: 'CBC',
    policy: POLICY,
  }
}

/** A real dev server with a worker that runs the stub workflows. */
export async function startTemporalRehearsal() {
  Runtime.install({ logger: SILENT })
  const { KEYWORD, BOOL, DATETIME } = SearchAttributeType
  const { retainUntil, needsAttention, ...keywords } = SearchAttributeName
  const dataConverter = createDataConverter(codecKeys)
  const environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: await findTemporalCli() },
      searchAttributes: [
        ...Object.values(keywords).map((name) => defineSearchAttributeKey(name, KEYWORD)),
        defineSearchAttributeKey(needsAttention, BOOL),
        defineSearchAttributeKey(retainUntil, DATETIME),
      ],
    },
    client: { dataConverter },
  })
  const { client, connection } = environment
  const taskQueue = `contract-${randomUUID()}`
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    dataConverter,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: join(import.meta.dirname, 'stub-workflows.ts'),
      ...(dataConverter.failureConverterPath && {
        failureConverterPath: dataConverter.failureConverterPath,
      }),
      logger: SILENT,
    }),
  })
  const running = worker.run()
  const adapters = (queue: string) => ({
    workflows: createSubmissionWorkflows({
      client,
      connection,
      codec: createPayloadCodec(codecKeys),
      taskQueue: queue,
      names: submissionNames,
      updateTimeoutMs: 1_500,
      refusalPauseMs: 20,
    }),
    watch: createConsentWatch({
      client,
      taskQueue: queue,
      names: {
        watchConsent: WorkflowName.watchConsent,
        submissionEntered: SignalName.submissionEntered,
        consentWorkflowId,
      },
    }),
  })
  return {
    client,
    runs: createRunInspector({
      client,
      connection,
      namespace: 'default',
      names: { ...WorkflowName, ...SearchAttributeName, submissionWorkflowId },
    }),
    schedules: createSchedules({ client, connection, taskQueue }),
    ...adapters(taskQueue),
    /** The same, for runs that no worker takes up. */
    withoutWorker: adapters('nobody'),
    handle: (submissionId: string) => client.workflow.getHandle(submissionWorkflowId(submissionId)),
    async close() {
      worker.shutdown()
      await running
      await environment.teardown()
    },
  }
}
