import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChildSpec } from '../../../stack/child.ts'
import { noteChild, pidFileOf, stopOrphan } from '../../../stack/orphans.ts'
import { identityOf, waitUntilGone } from '../../../stack/process-identity.ts'
import { createSupervised, type Supervised } from '../../../stack/supervised.ts'

let folder: string
let started: Supervised[]
let told: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gonets-child-'))
  started = []
  told = []
})
afterEach(async () => {
  for (const child of started) await child.stop()
  await rm(folder, { recursive: true, force: true })
})

const READY = 'process.send({ ready: true }); '
const STAY = 'setInterval(() => {}, 1000); '

/** A child that runs a line of JavaScript. */
async function child(script: string, overrides: Partial<ChildSpec> = {}, readyWithinMs = 10_000) {
  const file = join(folder, 'child.mjs')
  await writeFile(file, script)
  const supervised = createSupervised(
    {
      name: 'worker',
      command: process.execPath,
      args: [file],
      env: { PATH: '/usr/bin:/bin' },
      cwd: folder,
      ipc: true,
      stopSignal: 'SIGTERM',
      graceMs: 2_000,
      ...overrides,
    },
    { runDir: folder, logsDir: folder, readyWithinMs, log: (line) => told.push(line) },
  )
  started.push(supervised)
  return supervised
}

describe('a supervised child', () => {
  it('is ready when it says so, and is gone after stop', async () => {
    const worker = await child(READY + STAY)
    await worker.start()
    const identity = await identityOf(worker.pid() ?? 0)
    if (!identity) throw new Error('not running')
    expect(JSON.parse(await readFile(pidFileOf(folder, 'worker'), 'utf8'))).toEqual(identity)
    await worker.stop()
    await worker.stop()
    await expect(waitUntilGone(identity, 0)).resolves.toBe(true)
    await expect(readFile(pidFileOf(folder, 'worker'))).rejects.toThrow()
  })

  it('is started again when it dies by itself', async () => {
    const worker = await child(READY + STAY)
    await worker.start()
    const first = worker.pid()
    await worker.kill('SIGKILL')
    await worker.settled()
    expect(worker.pid()).toEqual(expect.any(Number))
    expect(worker.pid()).not.toBe(first)
    expect(told).toEqual([
      'Процесс worker завершился неожиданно, запускается снова',
      'Процесс worker снова работает',
    ])
  })

  it('stays stopped when it was asked to stop', async () => {
    const worker = await child(READY + STAY)
    await worker.start()
    await worker.stop()
    await worker.settled()
    expect(worker.pid()).toBeUndefined()
    expect(told).toEqual([])
  })

  it('names its log and last words when it dies at start', async () => {
    const words = JSON.stringify({ level: 50, msg: 'certificate is gone', reqId: 1 })
    const worker = await child(`console.log(${JSON.stringify(words)}); process.exitCode = 3`)
    await expect(worker.start()).rejects.toMatchObject({
      message: 'Процесс worker завершился при запуске (код 3): certificate is gone.',
      advice: `посмотрите журнал ${worker.logFile}`,
    })
  })

  it('is given up and killed when it does not become healthy', async () => {
    const worker = await child(STAY, {}, 300)
    await expect(worker.start()).rejects.toThrow(/worker не заработал за/)
    expect(worker.pid()).toBeUndefined()
  })

  it('names a program that is not there', async () => {
    const worker = await child('', { command: join(folder, 'nothing') })
    await expect(worker.start()).rejects.toThrow(/ENOENT/)
  })

  it('is killed when it ignores the request to stop', async () => {
    const deaf = `process.on('SIGTERM', () => {}); ${READY}${STAY}`
    const worker = await child(deaf, { graceMs: 100 })
    await worker.start()
    await worker.stop()
    expect(worker.pid()).toBeUndefined()
  })

  it('can be stopped while it starts', async () => {
    const worker = await child(STAY)
    const starting = worker.start().catch((error: unknown) => error)
    await worker.stop()
    await expect(starting).resolves.toBeInstanceOf(Error)
    expect(worker.pid()).toBeUndefined()
  })

  it('gets a second try where the first may fail for reasons that pass', async () => {
    const once = `import { existsSync, writeFileSync } from 'node:fs'
      if (existsSync('tried')) { ${READY}${STAY} } else { writeFileSync('tried', ''); process.exitCode = 1 }`
    const worker = await child(once, { startTries: 2 })
    await worker.start()
    expect(worker.pid()).toEqual(expect.any(Number))
  })
})

describe('a child whose supervisor was killed', () => {
  it('is found by its pid file and stopped', async () => {
    const orphan = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
    const identity = await identityOf(orphan.pid ?? 0)
    if (!identity) throw new Error('not running')
    await noteChild(folder, 'postgres', identity.pid)
    await expect(stopOrphan(folder, 'postgres', 'SIGTERM', 2_000)).resolves.toBe(true)
    await expect(waitUntilGone(identity, 0)).resolves.toBe(true)
    await expect(stopOrphan(folder, 'postgres', 'SIGTERM', 2_000)).resolves.toBe(false)
  })

  it('is not confused with a stranger that got its pid', async () => {
    const stranger = JSON.stringify({ pid: process.pid, started: 'long ago' })
    await writeFile(pidFileOf(folder, 'worker'), stranger)
    await expect(stopOrphan(folder, 'worker', 'SIGKILL', 0)).resolves.toBe(false)
  })

  it('stops by itself when it watches the channel', async () => {
    const watcher = join(import.meta.dirname, '../../../stack/exit-with-parent.ts')
    const inner = JSON.stringify(['--import', watcher, '-e', STAY + READY])
    const parent = `import { spawn } from 'node:child_process'
      const inner = spawn(process.execPath, ${inner}, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true })
      inner.on('message', () => process.send({ ready: true, pid: console.log(inner.pid) }))`
    const supervisor = await child(parent)
    await supervisor.start()
    const pid = Number((await readFile(supervisor.logFile, 'utf8')).trim())
    const identity = await identityOf(pid)
    if (!identity) throw new Error('not running')
    supervisor.forceStop()
    await expect(waitUntilGone(identity, 5_000)).resolves.toBe(true)
  })
})
