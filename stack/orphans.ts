import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import type { ChildName } from './child.ts'
import { identityOf, type ProcessIdentity, waitUntilGone } from './process-identity.ts'

const KILL_WITHIN_MS = 5_000

export const pidFileOf = (runDir: string, name: ChildName) => join(runDir, `${name}.json`)

/** Notes a running child, so that a later supervisor can find it when this one was killed. */
export async function noteChild(runDir: string, name: ChildName, pid: number): Promise<void> {
  const identity = await identityOf(pid)
  if (!identity) return
  await writeFile(pidFileOf(runDir, name), JSON.stringify(identity), { mode: 0o600 })
}

export const forgetChild = (runDir: string, name: ChildName) =>
  rm(pidFileOf(runDir, name), { force: true })

/** Stops the child a killed supervisor left behind, if there is one; true when it was still running. */
export async function stopOrphan(
  runDir: string,
  name: ChildName,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<boolean> {
  const text = await readFile(pidFileOf(runDir, name), 'utf8').catch(() => '')
  const identity = parse(text)
  const wasRunning = identity !== undefined && !(await waitUntilGone(identity, 0))
  if (wasRunning) {
    process.kill(identity.pid, signal)
    if (!(await waitUntilGone(identity, graceMs))) {
      process.kill(identity.pid, 'SIGKILL')
      await waitUntilGone(identity, KILL_WITHIN_MS)
    }
  }
  await forgetChild(runDir, name)
  return wasRunning
}

function parse(text: string): ProcessIdentity | undefined {
  try {
    const value: ProcessIdentity = JSON.parse(text)
    return Number.isSafeInteger(value.pid) && value.pid > 1 ? value : undefined
  } catch {
    return undefined
  }
}
