import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { readdir, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ChildName } from '../../stack/child.ts'
import { stopOrphan } from '../../stack/orphans.ts'
import { identityOf, waitUntilGone } from '../../stack/process-identity.ts'
import { createStack } from '../../stack/stack.ts'
import { isolatedEnv, makeDataDir, type StackHandle, startStack } from '../support/stack.ts'

const CHILDREN: readonly ChildName[] = ['postgres', 'temporal', 'sandbox', 'api', 'worker']

const templates = z.object({
  items: z.array(z.object({ code: z.string(), confirmed: z.boolean() })),
})

async function identities(pids: readonly (number | undefined)[]) {
  const found = await Promise.all(pids.map((pid) => identityOf(pid ?? 0)))
  return found.map((identity) => {
    if (!identity) throw new Error('a child is not running')
    return identity
  })
}

describe('a running stack', () => {
  let stack: StackHandle
  beforeAll(async () => {
    stack = await startStack()
  })
  afterAll(() => stack.stop())

  it('answers on every address', async () => {
    const ready = await fetch(`${stack.apiUrl}/readyz`)
    expect(ready.status).toBe(200)
    for (const address of [stack.webUiUrl, `${stack.sandboxUrl}/inbox`, `${stack.apiUrl}/docs`])
      expect((await fetch(address)).status).toBe(200)
  })

  it('has the demo laboratory with confirmed templates, and its key has every right', async () => {
    const answer = await fetch(`${stack.apiUrl}/v1/templates`, {
      headers: { authorization: `Bearer ${stack.apiKey}` },
    })
    expect(answer.status).toBe(200)
    const { items } = templates.parse(await answer.json())
    expect(items.map(({ code, confirmed }) => [code, confirmed]).sort()).toEqual([
      ['biochemistry', true],
      ['cbc', true],
      ['sars-cov-2-pcr', true],
    ])
  })

  it('keeps the database durable and its secrets to the owner', async () => {
    const client = new pg.Client({ connectionString: stack.databaseUrl })
    await client.connect()
    const { rows } = await client.query(
      "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit') ORDER BY 1",
    )
    await client.end()
    expect(rows.map(({ setting }) => setting)).toEqual(['on', 'on'])
    for (const file of ['secrets.json', 'keys.json'])
      expect((await stat(join(stack.dataDir, file))).mode & 0o077).toBe(0)
  })

  it('refuses a second copy in the same folder', async () => {
    const second = createStack({ env: await isolatedEnv(stack.dataDir), log: () => {} })
    await expect(second.start()).rejects.toThrow('Gonets уже запущен в этой папке')
    expect((await fetch(`${stack.apiUrl}/livez`)).status).toBe(200)
  })

  it.each(CHILDREN)('brings %s back after SIGKILL', async (name) => {
    const [before] = await identities([stack.pid(name)])
    await stack.kill(name)
    await stack.settled(name)
    const [after] = await identities([stack.pid(name)])
    expect(after).not.toEqual(before)
  })

  it('stops within ten seconds and leaves no process', async () => {
    const running = await identities(CHILDREN.map((name) => stack.pid(name)))
    const startedAt = performance.now()
    await stack.stop()
    expect(performance.now() - startedAt).toBeLessThan(10_000)
    for (const identity of running) expect(await waitUntilGone(identity, 0)).toBe(true)
  })
})

describe('a stack that cannot start', () => {
  let dataDir: string
  beforeAll(async () => {
    dataDir = await makeDataDir()
  })
  afterAll(() => rm(dataDir, { recursive: true, force: true }))

  it('names the setting of a port that is taken, and starts nothing', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const env = { ...(await isolatedEnv(dataDir)), GONETS_WEB_UI_PORT: String(port) }
    await expect(createStack({ env, log: () => {} }).start()).rejects.toMatchObject({
      message: `Порт 127.0.0.1:${port} занят другой программой.`,
      advice: expect.stringContaining('GONETS_WEB_UI_PORT'),
    })
    other.close()
    await expect(stat(join(dataDir, 'postgres'))).rejects.toThrow()
  })

  it('stops what it had started when a part fails', async () => {
    const env = { ...(await isolatedEnv(dataDir)), GONETS_TEMPORAL_CLI_PATH: '/bin/false' }
    await expect(createStack({ env, log: () => {} }).start()).rejects.toThrow(/temporal/)
    expect(await readdir(join(dataDir, 'run'))).toEqual([])
    await expect(stat(join(dataDir, 'stack.lock'))).rejects.toThrow()
  })
})

describe('npm start', () => {
  const running: ChildProcess[] = []
  let dataDir: string
  beforeAll(async () => {
    dataDir = await makeDataDir()
  })
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL')
    for (const name of CHILDREN) await stopOrphan(join(dataDir, 'run'), name, 'SIGKILL', 0)
    await rm(dataDir, { recursive: true, force: true })
  })

  it('finishes, started again, what was on its way when everything was killed', async () => {
    const env = await isolatedEnv(dataDir)
    const killed = run(env)
    await killed.said(/составление документа|подписание|отправка в реестр/)
    killed.child.kill('SIGKILL')
    await once(killed.child, 'exit')

    const again = run(env, '--once')
    const [code] = await once(again.child, 'close')
    expect(again.output()).toContain('оставшийся от прерванного запуска')
    expect({ code, output: again.output() }).toMatchObject({ code: 0 })
    for (const name of ['biochemistry', 'cbc', 'sars-cov-2-pcr'])
      expect((await stat(join(dataDir, 'demo', `${name}.pdf`))).size).toBeGreaterThan(0)
    expect(await readdir(join(dataDir, 'run'))).toEqual([])
  })

  it('stays up until Ctrl-C, shows the samples as they are, and stops with code 0', async () => {
    const { child, said, output } = run(await isolatedEnv(dataDir))
    await said(/Работает до Ctrl-C/)
    child.kill('SIGINT')
    const [code] = await once(child, 'close')
    expect({ code, output: output() }).toMatchObject({ code: 0 })
    expect(output().match(/Принято/g)).toHaveLength(3)
  })

  /** Runs the entry of `npm start` and listens to it. */
  function run(env: Record<string, string>, ...flags: string[]) {
    const entry = join(import.meta.dirname, '../../stack/start.mjs')
    const stdio = ['ignore', 'pipe', 'pipe'] as const
    const child = spawn(process.execPath, [entry, ...flags], { env, stdio: [...stdio] })
    running.push(child)
    let output = ''
    const heard = new EventEmitter()
    const hear = (chunk: Buffer) => {
      output += chunk.toString()
      heard.emit('output')
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    const said = (words: RegExp) =>
      new Promise<void>((resolve, reject) => {
        heard.on('output', () => words.test(output) && resolve())
        child.once('close', () => reject(new Error(`it ended early: ${output}`)))
      })
    return { child, said, output: () => output }
  }
})
