import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Laboratory, sampleReport } from '../support/laboratory.ts'
import { type StackHandle, startStack } from '../support/stack.ts'

let stack: StackHandle
let lab: Laboratory
const taken: pg.Client[] = []
beforeAll(async () => {
  // Handing in again and again until something is refused must not meet the limit of a flood.
  const env = { GONETS_INTAKE_PER_MINUTE: '100000' }
  stack = await startStack({
    env: { ...env, GONETS_POLL_FIRST: '2s', GONETS_SEND_TIMEOUT: '3s' },
  })
  lab = new Laboratory(stack)
})
afterAll(async () => {
  await giveBack()
  await stack.stop()
})

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: stack.databaseUrl })
  client.on('error', () => {})
  await client.connect()
  return client
}

/** Takes every connection that is free. Errors but 53300 are real ones. */
async function takeAll(): Promise<void> {
  for (;;) {
    const batch = await Promise.allSettled(Array.from({ length: 10 }, connect))
    for (const one of batch) {
      if (one.status === 'fulfilled') taken.push(one.value)
      else expect((one.reason as { code?: string }).code).toBe('53300')
    }
    if (batch.some(({ status }) => status === 'rejected')) return
  }
}

/** Ends the connections of API and worker again and again until none of them has one. */
async function takeTheirs(): Promise<void> {
  const [first] = taken
  if (!first) throw new Error('no connection of our own')
  const end = `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND application_name <> 'ours'`
  for (const client of taken) await client.query("SET application_name = 'ours'")
  await expect
    .poll(async () => {
      const known = taken.length
      const { rowCount } = await first.query(end)
      await takeAll()
      for (const client of taken.slice(known)) await client.query("SET application_name = 'ours'")
      return rowCount
    })
    .toBe(0)
}

async function giveBack(): Promise<void> {
  await Promise.all(taken.splice(0).map((client) => client.end()))
}

const readiness = async () => (await fetch(`${stack.apiUrl}/readyz`)).status

it('P1: without a free connection results are refused for the moment, and with one everything goes on by itself', async () => {
  // Their answers come while there is no connection for the callback.
  await stack.setFault({ target: 'portal', mode: 'late', delayMs: 2_000 })
  const hand = async (resultId: string) =>
    await lab.postJson('/v1/submissions', await sampleReport('cbc', resultId))
  const ids = await Promise.all(
    [1, 2, 3, 4].map(
      async (number) => await lab.submit(await sampleReport('cbc', `BEFORE-${number}`)),
    ),
  )
  await takeAll()
  await takeTheirs()

  const refused = await hand('DURING')
  expect(refused.status).toBe(503)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.json()).toMatchObject({ code: 'storage-unavailable' })
  expect((await lab.call(`/v1/submissions/${ids[0] ?? ''}`)).status).toBe(503)
  expect(await readiness()).toBe(503)
  await expect
    .poll(() => stack.logs('worker'), { timeout: 30_000, message: 'steps fail and are repeated' })
    .toContain('Activity failed')

  await giveBack()
  await expect.poll(async () => (await hand('DURING')).status, { timeout: 30_000 }).toBe(202)
  await expect.poll(readiness).toBe(200)
  const { id } = (await (await hand('DURING')).json()) as { id: string }
  for (const one of [...ids, id]) await lab.restsAt(one, ['retained'])
  const { totals, documents } = await lab.registrations()
  expect(totals.registeredTwice).toBe(0)
  expect(documents).toHaveLength(ids.length + 1)
})
