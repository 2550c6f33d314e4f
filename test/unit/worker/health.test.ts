import type { Worker } from '@temporalio/worker'
import { describe, expect, it } from 'vitest'
import { createHealthServer, type HealthOptions } from '../../../worker/health.ts'

const here = { ping: () => Promise.resolve() }
const gone = { ping: () => Promise.reject(new Error('gone')) }
const working = (state = 'RUNNING') => ({ getState: () => state }) as unknown as Worker

async function readiness(changed: Partial<HealthOptions>) {
  const app = createHealthServer({
    worker: () => working(),
    database: here,
    temporal: here,
    certificateEnds: () => new Date(0),
    ...changed,
  })
  const answer = await app.inject('/readyz')
  await app.close()
  return { status: answer.statusCode, ...answer.json<{ missing: string[] }>() }
}

describe('readiness of the worker', () => {
  it('is green when everything answers', async () => {
    expect(await readiness({})).toMatchObject({ missing: [], status: 'ok' })
  })

  it.each<[string, Partial<HealthOptions>]>([
    ['database', { database: gone }],
    ['temporal', { temporal: gone }],
    ['worker', { worker: () => undefined }],
    ['worker', { worker: () => working('STOPPING') }],
  ])('names what is missing: %s', async (missing, changed) => {
    expect(await readiness(changed)).toMatchObject({ missing: [missing], status: 'unavailable' })
  })
})
