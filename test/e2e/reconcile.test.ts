import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { submissionWorkflowId, WorkflowName } from '../../workflows/names.ts'
import { Laboratory, sampleReport } from '../support/laboratory.ts'
import { reconcileNow } from '../support/reconcile-now.ts'
import { POLICY } from '../support/sample-policy.ts'
import { type StackHandle, startStack } from '../support/stack.ts'
import { openTemporal, type TemporalOfStack } from '../support/stack-temporal.ts'

let stack: StackHandle
let lab: Laboratory
let temporal: TemporalOfStack
let sql: pg.Client
beforeAll(async () => {
  // Nobody polls: what comes, comes by the callback or not at all.
  stack = await startStack({ env: { GONETS_POLL_FIRST: '1h' } })
  lab = new Laboratory(stack)
  temporal = openTemporal(stack)
  sql = new pg.Client({ connectionString: stack.databaseUrl })
  await sql.connect()
})
afterAll(async () => {
  await sql.end()
  await temporal.close()
  await stack.stop()
})

const typesOf = async (id: string) => (await lab.events(id)).map(({ type }) => type)
async function expectOneRegistration(id: string): Promise<void> {
  const { documentId } = await lab.show(id)
  const { totals, documents } = await lab.registrations()
  expect(totals.registeredTwice).toBe(0)
  expect(documents.filter((document) => document.documentId === documentId)).toMatchObject([
    { posts: 1 },
  ])
}

it('P10: a result whose run was terminated while the registry was silent is carried to its end', async () => {
  await stack.setFault({ target: 'portal', mode: 'late', delayMs: 4_000, times: 1 })
  const id = await lab.submit(await sampleReport('cbc', 'P10-TERMINATED'))
  await expect.poll(() => typesOf(id), { timeout: 30_000 }).toContain('registry.taken')
  const run = temporal.client.workflow.getHandle(submissionWorkflowId(id))
  await run.terminate('by mistake')
  await expect.poll(() => typesOf(id), { timeout: 30_000 }).toContain('registry.answer-received')
  expect(await lab.show(id)).toMatchObject({ phase: 'awaiting-acknowledgement' })
  expect(await reconcileNow(temporal)).toMatchObject({ restarted: 1, held: 0, strays: [] })
  expect(await lab.restsAt(id)).toMatchObject({ phase: 'retained', statusText: 'Принято' })
  await expectOneRegistration(id)
  const types = await typesOf(id)
  expect(types.filter((type) => type === 'document.assembled')).toHaveLength(1)
  expect(types.filter((type) => type === 'registry.taken')).toHaveLength(1)
  expect(types).toContain('submission.restarted')
})

it('P10: a result whose start was lost is carried all the same; one that is well is left alone', async () => {
  await stack.stopChild('temporal')
  const id = await lab.submit(await sampleReport('biochemistry', 'P10-NEVER-STARTED'))
  // With the API away nothing holds the start in its hands any more: only the outbox row knows of it.
  await stack.stopChild('api')
  await sql.query('DELETE FROM outbox WHERE submission_id = $1', [id])
  await stack.startChild('temporal')
  await stack.startChild('api')
  await stack.setFault({ target: 'portal', mode: 'silent', times: 1 })
  const waiting = await lab.submit(await sampleReport('cbc', 'P10-WAITING'))
  await lab.restsAt(waiting, ['awaiting-acknowledgement'])
  await expect.poll(() => typesOf(waiting), { timeout: 30_000 }).toContain('registry.taken')
  expect(await reconcileNow(temporal)).toMatchObject({ restarted: 1, held: 0, strays: [] })
  expect(await lab.restsAt(id)).toMatchObject({ phase: 'retained', statusText: 'Принято' })
  await expectOneRegistration(id)
  expect(await typesOf(waiting)).not.toContain('submission.restarted')
})

it('P10: a run whose submission is not there is named, and left to a person', async () => {
  const stray = randomUUID()
  const run = await temporal.client.workflow.start(WorkflowName.submitAnalysis, {
    workflowId: submissionWorkflowId(stray),
    taskQueue: 'gonets',
    args: [{ submissionId: stray, version: 1, organizationId: 'nobody', policy: POLICY }],
  })
  // Which runs there are is read from visibility, and that lags behind.
  await expect
    .poll(() => reconcileNow(temporal), { timeout: 60_000 })
    .toMatchObject({ restarted: 0, strays: [stray] })
  expect((await run.describe()).status.name).toBe('RUNNING')
  await run.terminate('nobody needs it')
})
