import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ChildName,
  type ChildSpec,
  end,
  exitOf,
  isAlive,
  launch,
  untilReady,
} from './child.ts'
import { beginLog, lastWords } from './child-log.ts'
import { forgetChild, noteChild } from './orphans.ts'
import { StartFailure } from './start-failure.ts'

export interface Supervision {
  readonly runDir: string
  readonly logsDir: string
  readonly readyWithinMs: number
  /** Told, in Russian, when a child dies by itself and when it is back. */
  readonly log: (line: string) => void
}

/** One child that is kept running from `start` to `stop`. Both are idempotent. */
export interface Supervised {
  readonly name: ChildName
  readonly logFile: string
  readonly pid: () => number | undefined
  /** Resolves when the child is ready. Errors: StartFailure naming its log. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Sends a signal as fate would, and waits for the end where the signal means one; then it is started again. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Resolves when a restart that is under way has succeeded. */
  settled(): Promise<void>
  /** The end of patience: SIGKILL now and no more restarts. */
  forceStop(): void
}

const BACKOFF_MS = [100, 500, 1_000, 2_000, 5_000]
const STABLE_AFTER_MS = 30_000
const FATAL: readonly NodeJS.Signals[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGQUIT']

export function createSupervised(spec: ChildSpec, supervision: Supervision): Supervised {
  const logFile = join(supervision.logsDir, `${spec.name}.log`)
  let child: ChildProcess | undefined
  let stopping: AbortController | undefined
  let starting: Promise<void> = Promise.resolve()
  let deaths = 0

  async function startOnce(until: AbortSignal): Promise<void> {
    const from = await beginLog(logFile)
    until.throwIfAborted()
    const own = launch(spec, logFile)
    child = own
    const startedAt = performance.now()
    try {
      if (own.pid !== undefined) await noteChild(supervision.runDir, spec.name, own.pid)
      await untilReady(spec, own, supervision.readyWithinMs)
    } catch (cause) {
      await end(own, 'SIGKILL', 0)
      throw await notReady(spec.name, logFile, from, cause)
    }
    void exitOf(own).then(() => {
      if (until.aborted || child !== own) return
      if (performance.now() - startedAt > STABLE_AFTER_MS) deaths = 0
      supervision.log(`Процесс ${spec.name} завершился неожиданно, запускается снова`)
      starting = startAgain(until)
    })
  }

  async function startAgain(until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      const pause = BACKOFF_MS[Math.min(deaths++, BACKOFF_MS.length - 1)]
      await sleep(pause, undefined, { signal: until }).catch(() => {})
      if (await succeeded(startOnce(until))) {
        supervision.log(`Процесс ${spec.name} снова работает`)
        return
      }
    }
  }

  async function firstStart(until: AbortSignal): Promise<void> {
    for (let tries = spec.startTries ?? 1; tries > 1; tries -= 1) {
      if (await succeeded(startOnce(until))) return
      await sleep(500, undefined, { signal: until })
    }
    await startOnce(until)
  }

  return {
    name: spec.name,
    logFile,
    pid: () => (child && isAlive(child) ? child.pid : undefined),
    async start() {
      if (stopping && !stopping.signal.aborted) return starting
      stopping = new AbortController()
      starting = firstStart(stopping.signal)
      await starting.catch((error: unknown) => {
        stopping?.abort()
        throw error
      })
    },
    async stop() {
      stopping?.abort()
      if (child) await end(child, spec.stopSignal, spec.graceMs)
      await succeeded(starting)
      await forgetChild(supervision.runDir, spec.name)
    },
    async kill(signal) {
      const target = child
      if (!target || !isAlive(target)) return
      const exited = exitOf(target)
      target.kill(signal)
      if (FATAL.includes(signal)) await exited
    },
    settled: () => starting,
    forceStop() {
      stopping?.abort()
      child?.kill('SIGKILL')
    },
  }
}

const succeeded = (work: Promise<void>) =>
  work.then(
    () => true,
    () => false,
  )

async function notReady(name: ChildName, logFile: string, from: number, cause: unknown) {
  const why = cause instanceof Error ? cause.message : 'не запустился'
  const words = await lastWords(logFile, from)
  return new StartFailure(
    `Процесс ${name} ${why}${words ? `: ${words}` : ''}.`,
    `посмотрите журнал ${logFile}`,
    cause,
  )
}
