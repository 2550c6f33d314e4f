import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import pg from 'pg'
import { createSubmissionWorkflows } from '../../adapters/temporal/submission-workflows.ts'
import { POLICY } from '../../test/support/sample-policy.ts'
import type { StackHandle } from '../../test/support/stack.ts'
import { submissionNames } from '../../workflows/names.ts'
import { closedLoop } from './closed-loop.ts'
import type { Outcome } from './whole.ts'

export interface Bare {
  readonly pid: () => number | undefined
  closed(n: number, inFlight: number): Promise<Outcome>
  close(): Promise<void>
}

/**
 * The same workflows on the same server, with steps that only insert a row; started by the product's own client. Not
 * encrypted: with the product's codec it took neither more nor less that could be told from noise.
 */
export async function createBare(stack: StackHandle): Promise<Bare> {
  const taskQueue = 'bare'
  const sql = new pg.Client({ connectionString: stack.databaseUrl })
  await sql.connect()
  await sql.query(
    'CREATE TABLE IF NOT EXISTS bare_step (submission_id uuid, step text, at timestamptz, PRIMARY KEY (submission_id, step, at))',
  )
  const child = await forkReady('bare-worker.ts', [
    stack.temporalAddress,
    taskQueue,
    stack.databaseUrl,
  ])
  const connection = await Connection.connect({ address: stack.temporalAddress })
  const workflows = createSubmissionWorkflows({
    client: new Client({ connection }),
    connection,
    codec: { encode: async (payloads) => payloads, decode: async (payloads) => payloads },
    taskQueue,
    names: submissionNames,
  })
  const startedAt = new Map<string, number>()
  let totalMs: number[] = []
  child.on('message', (message: { kept?: string }) => {
    const begun = message.kept ? startedAt.get(message.kept) : undefined
    if (begun === undefined || !message.kept) return
    totalMs.push(performance.now() - begun)
    startedAt.delete(message.kept)
  })

  async function begin(): Promise<void> {
    const submissionId = randomUUID()
    startedAt.set(submissionId, performance.now())
    await workflows.deliver({
      kind: 'start-submission',
      submissionId,
      version: 1,
      organizationId: 'lab-1',
      registry: 'portal',
      analysisCode: 'CBC',
      policy: POLICY,
    })
  }

  return {
    pid: () => child.pid,
    async closed(n, inFlight) {
      totalMs = []
      const start = performance.now()
      let beginning = 0
      await closedLoop({
        n,
        inFlight,
        begin: async () => {
          beginning += 1
          await begin().finally(() => {
            beginning -= 1
          })
        },
        onTheirWay: async () => Math.max(0, startedAt.size - beginning),
      })
      return { n, tookMs: performance.now() - start, intakeMs: [], totalMs }
    },
    async close() {
      child.disconnect()
      await connection.close()
      await sql.end()
    },
  }
}

/** A process of the bench that says when it is ready. */
export async function forkReady(
  file: string,
  args: readonly string[],
  env?: Readonly<Record<string, string | undefined>>,
): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, file), args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    ...(env && { env }),
  })
  const [message] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => [undefined]),
  ])) as [{ ready?: boolean } | undefined]
  if (!message?.ready) throw new Error(`${file} did not start`)
  return child
}
