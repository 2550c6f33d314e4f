import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { acquireLock } from '../../../stack/lock.ts'
import { identityOf, isRunning } from '../../../stack/process-identity.ts'
import { StartFailure } from '../../../stack/start-failure.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gonets-lock-'))
  file = join(folder, 'stack.lock')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('refuses a second copy while the first one runs', async () => {
  const lock = await acquireLock(file)
  const second = acquireLock(file)
  await expect(second).rejects.toThrow(StartFailure)
  await expect(second).rejects.toThrow(`процесс ${process.pid}`)
  await lock.release()
  await (await acquireLock(file)).release()
  expect(await readdir(folder)).toEqual([])
})

it('gives the folder to exactly one of many that start at once', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => acquireLock(file)))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

it('takes over a lock whose process is gone', async () => {
  const child = spawn('sleep', ['60'])
  const identity = await identityOf(child.pid ?? 0)
  await writeFile(file, JSON.stringify(identity))
  child.kill('SIGKILL')
  await once(child, 'exit')
  await (await acquireLock(file)).release()
})

it('is not fooled by a pid that now belongs to another process', async () => {
  await writeFile(file, JSON.stringify({ pid: process.pid, started: 'long ago' }))
  await (await acquireLock(file)).release()
})

it('takes over a lock that was half written', async () => {
  await writeFile(file, '{"pid": 12')
  await (await acquireLock(file)).release()
})

it('tells a running process from one that ended', async () => {
  const child = spawn('sleep', ['60'])
  const identity = await identityOf(child.pid ?? 0)
  if (!identity) throw new Error('no identity')
  await expect(isRunning(identity)).resolves.toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await expect(isRunning(identity)).resolves.toBe(false)
})
