import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ChildName } from '../../stack/child.ts'
import { Laboratory, sampleReport } from '../support/laboratory.ts'
import { type StackHandle, startStack } from '../support/stack.ts'

let stack: StackHandle
let lab: Laboratory
beforeAll(async () => {
  stack = await startStack({ env: { GONETS_POLL_FIRST: '2s' } })
  lab = new Laboratory(stack)
})
afterAll(() => stack.stop())

interface Readiness {
  readonly status: number
  readonly missing: readonly string[]
}
const GREEN: Readiness = { status: 200, missing: [] }
const RED = (...missing: string[]): Readiness => ({ status: 503, missing })

async function readinessOf(url: string): Promise<Readiness> {
  const answer = await fetch(`${url}/readyz`)
  const { missing = [] } = (await answer.json()) as { missing?: string[] }
  return { status: answer.status, missing }
}
const apiShows = (readiness: Readiness) =>
  expect.poll(() => readinessOf(stack.apiUrl), { timeout: 30_000 }).toEqual(readiness)
const workerShows = (readiness: Readiness) =>
  expect.poll(() => readinessOf(stack.workerUrls[0] ?? ''), { timeout: 30_000 }).toEqual(readiness)

it.each<[string, ChildName]>([
  ['temporal', 'temporal'],
  ['database', 'postgres'],
])('API and worker say that %s is gone, and that it is back', async (missing, child) => {
  await Promise.all([apiShows(GREEN), workerShows(GREEN)])
  await stack.stopChild(child)
  await Promise.all([apiShows(RED(missing)), workerShows(RED(missing))])
  await stack.startChild(child)
  await Promise.all([apiShows(GREEN), workerShows(GREEN)])
  const id = await lab.submit(await sampleReport('cbc', `AFTER-${missing}`))
  expect(await lab.restsAt(id)).toMatchObject({ phase: 'retained' })
})

it('API and worker may start before what they need: results are taken as soon as there is a database, and carried as soon as there is Temporal', async () => {
  for (const child of ['api', 'worker', 'sandbox', 'temporal', 'postgres'] as const)
    await stack.stopChild(child)
  await stack.startChild('api')
  // It is ready only when it has found Temporal.
  const working = stack.startChild('worker')
  await expect
    .poll(() => readinessOf(stack.workerUrls[0] ?? '').catch(() => undefined), { timeout: 30_000 })
    .toEqual(RED('database', 'temporal', 'worker'))
  await apiShows(RED('database', 'temporal'))
  const pids = [stack.pid('api'), stack.pid('worker')]

  await stack.startChild('postgres')
  await apiShows(RED('temporal'))
  const early = await lab.submit(await sampleReport('cbc', 'BEFORE-TEMPORAL'))
  await stack.startChild('sandbox')
  await stack.startChild('temporal')
  await working
  await Promise.all([apiShows(GREEN), workerShows(GREEN)])

  const late = await lab.submit(await sampleReport('biochemistry', 'AFTER-ALL'))
  for (const id of [early, late])
    expect(await lab.restsAt(id)).toMatchObject({ phase: 'retained', statusText: 'Принято' })
  expect([stack.pid('api'), stack.pid('worker')]).toEqual(pids)
})
