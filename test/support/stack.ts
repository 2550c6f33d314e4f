import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { findTemporalCli } from '../../stack/binaries/index.ts'
import type { ChildName } from '../../stack/child.ts'
import { createStack } from '../../stack/stack.ts'

/** A fault of the sandbox, as `POST /faults` takes it (sandbox/README.md). */
export type SandboxFault = Readonly<Record<string, unknown>>

export interface StackHandle {
  readonly apiUrl: string
  readonly apiKey: string
  readonly sandboxUrl: string
  readonly temporalAddress: string
  readonly webUiUrl: string
  readonly dataDir: string
  readonly databaseUrl: string
  /** Health pages of the workers, by their order. */
  readonly workerUrls: readonly string[]
  pid(name: ChildName): number | undefined
  /** As fate would: the child is gone when this returns, and the supervisor brings it back. SIGKILL unless told otherwise. */
  kill(name: ChildName, signal?: NodeJS.Signals): Promise<void>
  /** Resolves when the child that was killed works again. */
  settled(name: ChildName): Promise<void>
  /** Stopped and started by hand: in between the child stays away. */
  stopChild(name: ChildName): Promise<void>
  startChild(name: ChildName): Promise<void>
  restart(name: ChildName): Promise<void>
  /** Everything the child has written so far. */
  logs(name: ChildName): Promise<string>
  /** Returns the id of the switch. */
  setFault(fault: SandboxFault): Promise<string>
  /** One switch, or all. */
  clearFaults(id?: string): Promise<void>
  /** Stops everything and removes the data folder. Idempotent. */
  stop(): Promise<void>
}

/** Where the binaries are kept between runs. */
export const BIN_DIR = join(import.meta.dirname, '../../.gonets/bin')

export interface StartStackOptions {
  /** The dev server unless told otherwise; `server` needs Go once. */
  readonly temporal?: 'dev' | 'server'
  readonly workers?: number
  readonly faults?: readonly SandboxFault[]
  /** Settings by name, as a user would give them. */
  readonly env?: Readonly<Record<string, string>>
  /** Puts something into the data folder before anything starts. */
  readonly prepare?: (dataDir: string) => Promise<void>
  /** Told what the supervisor tells. */
  readonly log?: (line: string) => void
}

/** Settings of a stack that meets no other: every port free, a folder of its own, Temporal's binary already found. */
export async function isolatedEnv(dataDir: string): Promise<Record<string, string>> {
  // biome-ignore lint/style/noProcessEnv: the children need the programs of this machine, and nothing else of it
  const { PATH = '', HOME = '' } = process.env
  return {
    PATH,
    HOME,
    // What `npm start` sets too: the children load in half the time.
    NODE_COMPILE_CACHE: join(import.meta.dirname, '../../node_modules/.cache/gonets'),
    GONETS_DATA_DIR: dataDir,
    GONETS_TEMPORAL_CLI_PATH: await findTemporalCli(),
    ...Object.fromEntries(PORT_SETTINGS.map((name) => [name, '0'])),
  }
}

const PORT_SETTINGS = [
  'GONETS_PORT',
  'GONETS_WORKER_HEALTH_PORT',
  'GONETS_SANDBOX_PORT',
  'GONETS_SANDBOX_SMTP_PORT',
  'GONETS_POSTGRES_PORT',
  'GONETS_TEMPORAL_PORT',
  'GONETS_WEB_UI_PORT',
]

export async function makeDataDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gonets-stack-'))
  // Root's PostgreSQL runs as another user and has to pass through.
  await chmod(folder, 0o711)
  return folder
}

/** The real stack with nothing in it but the demo laboratory; no samples are sent. */
export async function startStack(options: StartStackOptions = {}): Promise<StackHandle> {
  const dataDir = await makeDataDir()
  await options.prepare?.(dataDir)
  const stack = createStack({
    env: { ...(await isolatedEnv(dataDir)), ...options.env },
    log: options.log ?? (() => {}),
    temporal: options.temporal ?? 'dev',
    workers: options.workers ?? 1,
    binDir: BIN_DIR,
    // A test machine may be busy with other tests; the budget of the product is measured elsewhere.
    readyWithinMs: 60_000,
  })
  const stop = async () => {
    await stack.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  const addresses = await stack.start().catch(async (error: unknown) => {
    await stop()
    throw error
  })
  const faults = `${addresses.sandboxUrl}/faults`
  const setFault = async (fault: SandboxFault) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(faults, { method: 'POST', headers, body: JSON.stringify(fault) })
    if (!answer.ok) throw new Error(`the sandbox refused the fault: ${await answer.text()}`)
    return ((await answer.json()) as { id: string }).id
  }
  for (const fault of options.faults ?? []) await setFault(fault)
  const { dir: _, ...where } = addresses
  return {
    ...{ ...where, dataDir },
    pid: (name) => stack.child(name).pid(),
    kill: (name, signal = 'SIGKILL') => stack.child(name).kill(signal),
    settled: (name) => stack.child(name).settled(),
    stopChild: (name) => stack.child(name).stop(),
    startChild: (name) => stack.child(name).start(),
    async restart(name) {
      await stack.child(name).stop()
      await stack.child(name).start()
    },
    logs: (name) => readFile(stack.child(name).logFile, 'utf8'),
    setFault,
    async clearFaults(id) {
      await fetch(id === undefined ? faults : `${faults}/${id}`, { method: 'DELETE' })
    },
    stop,
  }
}
