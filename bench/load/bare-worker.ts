// A Temporal worker with the product's workflows and steps that do nothing but one insert each: what the engine costs.
import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { NativeConnection, Runtime, Worker } from '@temporalio/worker'
import pg from 'pg'
import type { Activities } from '../../activities/index.ts'
import { SETTINGS } from '../../config/settings.ts'
import { happySteps } from '../../test/support/happy-steps.ts'
import { loadWorkflowBundle } from '../../worker/workflow-bundle.ts'
import { SignalName, submissionWorkflowId } from '../../workflows/names.ts'

const [address = '', taskQueue = '', databaseUrl = ''] = process.argv.slice(2)
const QUIET = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} }

Runtime.install({ logger: QUIET, shutdownSignals: [] })
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 })
const connection = await NativeConnection.connect({
  address,
  grpcCompression: { codec: 'none' },
})
const client = new Client({ connection: await Connection.connect({ address }) })

/**
 * The product's answer takes a way of its own (callback, commit, outbox) and costs a workflow task. One sent with the end of
 * the step shares the task of that end, so it waits until the send has been decided on. `npm run bench` counts both.
 */
const ANSWER_AFTER_MS = 100

function answerSoon(submissionId: string): void {
  void setTimeout(ANSWER_AFTER_MS).then(() =>
    client.workflow
      .getHandle(submissionWorkflowId(submissionId))
      .signal(SignalName.registryAnswered, { acknowledgementId: randomUUID() }),
  )
}

const succeed = happySteps({
  now: () => Promise.resolve(Date.now()),
  answered: () => Promise.resolve(),
}) as Record<string, (input: never) => unknown>

async function take(step: string, input: object): Promise<unknown> {
  const submissionId =
    'key' in input
      ? (input.key as { submissionId: string }).submissionId
      : (input as { submissionId: string }).submissionId
  await pool.query({
    name: 'step',
    text: 'INSERT INTO bare_step (submission_id, step, at) VALUES ($1, $2, now())',
    values: [submissionId, step],
  })
  if (step === 'sendDocument') answerSoon(submissionId)
  if (step === 'sealRecord') process.send?.({ kept: submissionId })
  return succeed[step]?.(input as never)
}

const activities = Object.fromEntries(
  Object.keys(succeed).map((step) => [step, (input: object) => take(step, input)]),
) as unknown as Activities

const worker = await Worker.create({
  connection,
  taskQueue,
  workflowBundle: await loadWorkflowBundle(),
  activities,
  maxConcurrentWorkflowTaskExecutions: Number(SETTINGS.GONETS_WORKFLOW_TASK_SLOTS.default),
  maxConcurrentActivityTaskExecutions: Number(SETTINGS.GONETS_ACTIVITY_SLOTS.default),
  maxCachedWorkflows: Number(SETTINGS.GONETS_CACHED_WORKFLOWS.default),
})
process.on('disconnect', () => process.exit(0))
process.send?.({ ready: true })
await worker.run()
