import { join } from 'node:path'
import process from 'node:process'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Laboratory, sampleReport } from '../support/laboratory.ts'
import { moveToSmallDisk, type SmallDisk, whyNoDisk } from '../support/small-disk.ts'
import { type StackHandle, startStack } from '../support/stack.ts'

const MEGABYTES = 160
let stack: StackHandle
let lab: Laboratory
let disk: SmallDisk
let reason: string | undefined
beforeAll(async () => {
  reason = await whyNoDisk()
  if (reason) return
  // Handing in again and again until something is refused must not meet the limit of a flood.
  const env = { GONETS_INTAKE_PER_MINUTE: '100000' }
  stack = await startStack({
    env: { ...env, GONETS_POLL_FIRST: '2s', GONETS_SEND_TIMEOUT: '3s' },
  })
  lab = new Laboratory(stack)
  await stack.stopChild('postgres')
  disk = await moveToSmallDisk(join(stack.dataDir, 'postgres'), MEGABYTES)
  await stack.startChild('postgres')
})
afterAll(async () => {
  if (reason) return
  await stack.stopChild('postgres')
  await disk.remove()
  await stack.stop()
})

/** Ids by result: what was answered with 202 and has to be kept. */
const taken = new Map<string, string>()

async function hand(resultId: string): Promise<Response> {
  const answer = await lab.postJson('/v1/submissions', await sampleReport('cbc', resultId))
  if (answer.ok) taken.set(resultId, ((await answer.clone().json()) as { id: string }).id)
  return answer
}

/** Results are handed in until one is refused; PostgreSQL finds room in old pages for a while. */
async function handUntilRefused(name: string): Promise<Response> {
  for (let number = 0; number < 200; number += 1) {
    await disk.fill()
    const answer = await hand(`${name}-${number}`)
    if (!answer.ok) return answer
  }
  throw new Error('the disk is full and nothing was refused')
}

async function expectUnavailable(answer: Response): Promise<void> {
  expect(answer.status).toBe(503)
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await answer.json()).toMatchObject({ code: 'storage-unavailable' })
}

async function ask(sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: stack.databaseUrl })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end().catch(() => {})
  }
}
const readiness = async () => (await fetch(`${stack.apiUrl}/readyz`)).status

it('P1: with a full disk nothing is promised that is not kept; with room again everything goes on by itself', async (context) => {
  if (reason) {
    // The reporter of `npm test` shows that a test was skipped, but not why.
    process.stderr.write(`full-disk.test.ts is skipped: ${reason}\n`)
    return context.skip(reason)
  }
  // Some are on their way: their answers come while nothing can be written.
  await stack.setFault({ target: 'portal', mode: 'late', delayMs: 3_000 })
  for (const number of [1, 2, 3]) expect((await hand(`UNDER-WAY-${number}`)).status).toBe(202)

  await expectUnavailable(await handUntilRefused('FULL'))
  expect(await ask('SELECT 1 AS alive'), 'questions are still answered').toHaveLength(1)
  expect(await readiness(), 'and yet nobody should send results here').toBe(503)

  // A new segment of the write-ahead log finds no room: PostgreSQL gives up and cannot come back.
  const before = stack.pid('postgres')
  await expect
    .poll(async () => {
      await disk.fill()
      await ask('SELECT pg_switch_wal(); CREATE TABLE room (); DROP TABLE room').catch(() => {})
      return stack.pid('postgres')
    })
    .not.toBe(before)
  await expectUnavailable(await hand('DOWN'))
  expect(await readiness()).toBe(503)

  await disk.free()
  await stack.settled('postgres')
  await stack.clearFaults()
  await expect.poll(async () => (await hand('DOWN')).status, { timeout: 30_000 }).toBe(202)
  await expect.poll(readiness).toBe(200)
  const rested = await Promise.all([...taken.values()].map((id) => lab.restsAt(id, ['retained'])))
  expect(new Set(rested.map(({ documentId }) => documentId)).size).toBe(taken.size)
  const { totals, documents } = await lab.registrations()
  expect(totals.registeredTwice).toBe(0)
  expect(documents).toHaveLength(taken.size)
})
