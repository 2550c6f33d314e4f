import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export type ChildName = 'postgres' | 'temporal' | 'sandbox' | 'api' | WorkerName
/** `worker`, and with several of them `worker-2`, `worker-3`… */
export type WorkerName = 'worker' | `worker-${number}`

export const workerNames = (count: number): WorkerName[] =>
  Array.from({ length: count }, (_, at): WorkerName => (at === 0 ? 'worker' : `worker-${at + 1}`))

/** How one child is run. Everything that differs between the children is here. */
export interface ChildSpec {
  readonly name: ChildName
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** User to run as, where it is not ours. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
  /** Node children say `{ ready: true }` over IPC. */
  readonly ipc: boolean
  /** Asked again and again until it resolves to true; an error counts as false. */
  readonly isReady?: () => Promise<boolean>
  readonly stopSignal: NodeJS.Signals
  /** How long it may take to stop before it is killed. */
  readonly graceMs: number
  /** PostgreSQL refuses to start while remains of a killed one are still going: worth another try. */
  readonly startTries?: number
}

const ASK_EVERY_MS = 50

export function launch(spec: ChildSpec, logFile: string): ChildProcess {
  const log = openSync(logFile, 'a', 0o600)
  try {
    return spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: spec.env,
      // A group of its own: Ctrl-C in the terminal must reach the supervisor alone, which stops them in order.
      detached: true,
      stdio: ['ignore', log, log, ...(spec.ipc ? (['ipc'] as const) : [])],
      ...spec.owner,
    })
  } finally {
    closeSync(log)
  }
}

export const isAlive = (child: ChildProcess) =>
  child.pid !== undefined && child.exitCode === null && child.signalCode === null

/** Resolves with a description once the process is gone, or could not be started. */
export function exitOf(child: ChildProcess): Promise<string> {
  const describe = () =>
    child.signalCode ? `сигнал ${child.signalCode}` : `код ${child.exitCode ?? 'неизвестен'}`
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    if (child.exitCode !== null || child.signalCode !== null) resolve(describe())
    else child.once('exit', () => resolve(describe()))
  })
}

/** Asks the process to stop, kills it after `graceMs`, and returns when it is gone. */
export async function end(
  child: ChildProcess,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<void> {
  if (!isAlive(child)) return
  const exited = exitOf(child)
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
  await exited
  clearTimeout(timer)
}

/** Resolves when the child is ready; rejects with a Russian half-sentence when it dies or takes too long. */
export async function untilReady(
  spec: ChildSpec,
  child: ChildProcess,
  withinMs: number,
): Promise<void> {
  const over = new AbortController()
  const asked = async () => {
    if (spec.ipc) await saidReady(child)
    while (!over.signal.aborted && spec.isReady && !(await spec.isReady().catch(() => false))) {
      await sleep(ASK_EVERY_MS)
    }
  }
  const late = sleep(withinMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`не заработал за ${Math.round(withinMs / 1000)} с`)
  })
  const died = exitOf(child).then((how) => {
    throw new Error(`завершился при запуске (${how})`)
  })
  try {
    await Promise.race([asked(), died, late])
  } finally {
    // The losers of the race end in a rejection nobody waits for.
    died.catch(() => {})
    late.catch(() => {})
    over.abort()
  }
}

function saidReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.on('message', (message: unknown) => {
      if (typeof message === 'object' && message !== null && 'ready' in message) resolve()
    })
  })
}
