import { type Addresses, bringUp } from './bring-up.ts'
import { type ChildName, type ChildSpec, workerNames } from './child.ts'
import { type DataDir, layoutOf, prepareDataDir } from './data-dir.ts'
import type { Environment } from './environment.ts'
import { acquireLock, type Lock } from './lock.ts'
import { stopOrphan } from './orphans.ts'
import { readSettings } from './settings.ts'
import { createSupervised, type Supervised } from './supervised.ts'

export interface StackOptions {
  /** Environment of the user: settings of the stack and of the processes it starts. */
  readonly env: Environment
  /** Told, in Russian, of anything that takes long or goes wrong. */
  readonly log: (line: string) => void
  /** Where Temporal's binaries are kept; the data folder's own `bin` unless told otherwise. */
  readonly binDir?: string
  /** Temporal as one file with a Web UI (default), or its real server on the stack's PostgreSQL, built with Go once. */
  readonly temporal?: 'dev' | 'server'
  /** How many workers share the work; one unless told otherwise. */
  readonly workers?: number
  /** Time for one child to become healthy; 30 seconds unless told otherwise. */
  readonly readyWithinMs?: number
}

/** PostgreSQL, Temporal, sandbox, API and worker of one data folder. */
export interface Stack {
  /** Resolves when everything answers. Errors: StartFailure; what had been started is stopped again. */
  start(): Promise<Addresses>
  /** Stops everything in order. Idempotent; ends a start that is under way, which then rejects. */
  stop(): Promise<void>
  /** SIGKILL to whatever still runs. */
  forceStop(): void
  /** A child that has been started. */
  child(name: ChildName): Supervised
}

/** Nobody loses what it still writes to; PostgreSQL is stopped by another signal than the rest. */
const stopOrder = (workers: number): readonly (readonly ChildName[])[] => [
  ['api'],
  workerNames(workers),
  ['sandbox'],
  ['temporal'],
  ['postgres'],
]
const ORPHAN_GRACE_MS = 6_000

export function createStack(options: StackOptions): Stack {
  const workers = options.workers ?? 1
  const children = new Map<ChildName, Supervised>()
  let lock: Lock | undefined
  let stopping: Promise<void> | undefined

  async function begin(): Promise<Addresses> {
    const settings = readSettings(options.env)
    const dir = layoutOf(settings.GONETS_DATA_DIR)
    await prepareDataDir(dir)
    lock = await acquireLock(dir.lock)
    await stopOrphans(dir, workers, options.log)
    const run = async (spec: ChildSpec) => {
      if (stopping) throw new Error('the stack is being stopped')
      const child = createSupervised(spec, {
        runDir: dir.run,
        logsDir: dir.logs,
        readyWithinMs: options.readyWithinMs ?? 30_000,
        log: options.log,
      })
      children.set(spec.name, child)
      await child.start()
    }
    const binDir = options.binDir ?? dir.bin
    return bringUp({
      settings,
      dir,
      env: options.env,
      binDir,
      temporal: options.temporal ?? 'dev',
      workers,
      log: options.log,
      run,
      abandon: stop,
    })
  }

  async function stopAll(): Promise<void> {
    for (const names of stopOrder(workers))
      await Promise.all(names.map(async (name) => children.get(name)?.stop()))
  }

  /** The lock goes last, once nothing runs any more. */
  async function stop(): Promise<void> {
    stopping ??= stopAll()
    await stopping
  }

  return {
    start: () =>
      begin().catch(async (error: unknown) => {
        await stop()
        await lock?.release()
        throw error
      }),
    async stop() {
      await stop()
      await lock?.release()
    },
    forceStop() {
      stopping ??= Promise.resolve()
      for (const child of children.values()) child.forceStop()
    },
    child(name) {
      const child = children.get(name)
      if (!child) throw new Error(`${name} has not been started`)
      return child
    },
  }
}

async function stopOrphans(
  dir: DataDir,
  workers: number,
  log: (line: string) => void,
): Promise<void> {
  for (const name of stopOrder(workers).flat()) {
    const signal = name === 'postgres' ? 'SIGINT' : 'SIGTERM'
    if (await stopOrphan(dir.run, name, signal, ORPHAN_GRACE_MS)) {
      log(`Остановлен процесс ${name}, оставшийся от прерванного запуска`)
    }
  }
}
