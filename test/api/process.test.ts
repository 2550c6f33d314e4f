import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFileKeyProvider, createSealer } from '../../adapters/keys/index.ts'
import { createPrismaStore } from '../../adapters/storage/index.ts'
import { makeKeyFile } from '../../tools/make-keys.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { CALLBACK_SECRET, LABORATORY } from './support/harness.ts'
import { jsonResult } from './support/results.ts'

const KEY = 'key-of-the-process-test-0123456789'
const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }
let database: TestDatabase
let folder: string
let child: ChildProcess
let base: string
let output = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gonets-api-'))
  const path = join(folder, 'keys.json')
  await makeKeyFile(path)
  database = await createTestDatabase()
  const sealer = createSealer(createFileKeyProvider({ path }))
  const store = createPrismaStore({ connectionString: database.url, poolSize: 1, sealer })
  await store.organizations.save(LABORATORY)
  const rights = ['submit', 'read', 'operate'] as const
  await store.apiKeys.ensure({ organizationId: LABORATORY.id, name: 'test', key: KEY, rights })
  await store.close()
  child = fork('api/main.ts', {
    silent: true,
    env: {
      DATABASE_URL: database.url,
      // Nobody listens there: Temporal is away for the whole test.
      TEMPORAL_ADDRESS: '127.0.0.1:9',
      GONETS_KEY_FILE: path,
      GONETS_PORT: '0',
      GONETS_PORTAL_CALLBACK_SECRET: CALLBACK_SECRET,
    },
  })
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const [message] = (await once(child, 'message')) as [{ addresses: { port: number }[] }]
  base = `http://127.0.0.1:${message.addresses[0]?.port}`
})
afterAll(async () => {
  if (child.exitCode === null) child.kill('SIGKILL')
  await database.drop()
  await rm(folder, { recursive: true })
})

describe('the process', () => {
  it('accepts results while Temporal is away, and says that it is', async () => {
    const body = JSON.stringify(jsonResult('Z-1'))
    const answer = await fetch(`${base}/v1/submissions`, { method: 'POST', headers, body })
    expect(answer.status).toBe(202)
    const ready = await fetch(`${base}/readyz`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ missing: ['temporal'] })
  })

  it('prints its configuration once, without secrets', () => {
    expect(output.match(/"configuration"/g)).toHaveLength(1)
    expect(output).toContain('"GONETS_SEND_ATTEMPTS":200')
    expect(output).not.toContain(CALLBACK_SECRET)
    expect(output).not.toContain(database.url)
  })

  it('survives clients that go away in the middle of a stream', async () => {
    const body = JSON.stringify(jsonResult('Z-2'))
    const accepted = await fetch(`${base}/v1/submissions`, { method: 'POST', headers, body })
    const { id } = (await accepted.json()) as { id: string }
    const accept = { ...headers, accept: 'text/event-stream' }
    for (let count = 0; count < 5; count++) {
      const request = get(`${base}/v1/submissions/${id}/events`, { headers: accept })
      const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream]
      await once(response, 'data')
      request.destroy()
    }
    expect((await fetch(`${base}/livez`)).status).toBe(200)
  })

  it('stops on SIGTERM, even with a long poll open', async () => {
    const body = JSON.stringify(jsonResult('Z-3'))
    const accepted = await fetch(`${base}/v1/submissions`, { method: 'POST', headers, body })
    const { id } = (await accepted.json()) as { id: string }
    const poll = fetch(`${base}/v1/submissions/${id}?wait=60s`, { headers }).then(
      (answer) => answer.status,
      () => 0,
    )
    await fetch(`${base}/livez`)
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
    expect([0, 200, 503]).toContain(await poll)
    expect(output).toContain('api stopped')
  })
})
