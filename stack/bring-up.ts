import { join } from 'node:path'
import { migrateDeploy } from '../adapters/storage/migrate.ts'
import type { Config } from '../config/load-config.ts'
import { makeKeyFile } from '../tools/make-keys.ts'
import { makeDemoPki } from '../tools/pki/make-demo-pki.ts'
import { findTemporalCli, findTemporalServer } from './binaries/index.ts'
import { type ChildSpec, workerNames } from './child.ts'
import type { DataDir } from './data-dir.ts'
import { DEMO_ORGANIZATION } from './demo-data.ts'
import { type Environment, environmentsOf, type SystemEnv } from './environment.ts'
import { nodeChildSpec } from './node-child.ts'
import { databaseUrlOf, preparePostgres, USER } from './postgres.ts'
import { loadSecrets } from './secrets.ts'
import { seedDemo } from './seed.ts'
import { choosePorts, type StackPorts } from './settings.ts'
import { temporalSpec } from './temporal.ts'
import { INNER_PORTS, prepareTemporalServer } from './temporal-server.ts'

/** Where the running stack answers. */
export interface Addresses {
  readonly apiUrl: string
  readonly apiKey: string
  readonly sandboxUrl: string
  readonly temporalAddress: string
  /** Leads nowhere with a real Temporal server, which has none. */
  readonly webUiUrl: string
  readonly databaseUrl: string
  /** Health pages of the workers, by their order. */
  readonly workerUrls: readonly string[]
  readonly dir: DataDir
}

export interface BringUp {
  readonly settings: Config
  readonly dir: DataDir
  readonly env: Environment
  readonly binDir: string
  readonly temporal: 'dev' | 'server'
  readonly workers: number
  readonly log: (line: string) => void
  /** Starts a child and resolves when it is ready. */
  readonly run: (spec: ChildSpec) => Promise<void>
  /** Stops what was started so far. */
  readonly abandon: () => Promise<void>
}

const PROJECT_ROOT = join(import.meta.dirname, '..')

/** Starts everything, as much at once as the needs of each allow. */
export async function bringUp(input: BringUp): Promise<Addresses> {
  const { settings, dir, run } = input
  const temporalInner = input.temporal === 'server' ? INNER_PORTS : 0
  const ports = await choosePorts(settings, { workers: input.workers, temporalInner })
  const [secrets] = await Promise.all([loadSecrets(dir.secrets), makeKeyFile(dir.keys)])
  const apiKey = settings.GONETS_DEMO_API_KEY ?? secrets.demoApiKey
  const system = { PATH: input.env.PATH, HOME: input.env.HOME }
  const database = { dir, port: ports.postgres, password: secrets.postgresPassword, env: system }
  const databaseUrl = databaseUrlOf(database)
  const environments = environmentsOf({
    ...{ base: input.env, dir, ports, secrets, databaseUrl },
    apiHost: settings.GONETS_HOST,
  })
  const startDatabase = async () => {
    await run(await preparePostgres(database))
    await migrateDeploy(databaseUrl)
    await seedDemo({ databaseUrl, keyFile: dir.keys, apiKey })
  }
  await together(input.abandon, [
    ...(input.temporal === 'server'
      ? [startDatabase().then(() => startTemporalServer(input, ports, database))]
      : [startDatabase(), startDevServer(input, ports, system)]),
    run(nodeChildSpec('sandbox', PROJECT_ROOT, environments.sandbox)),
    makeDemoPki(dir.pki, { organization: DEMO_ORGANIZATION }),
  ])
  const workerPorts = [ports.workerHealth, ...ports.moreWorkerHealth]
  await together(input.abandon, [
    run(nodeChildSpec('api', PROJECT_ROOT, environments.api)),
    ...workerNames(input.workers).map((name, at) => {
      const env = { ...environments.worker, GONETS_WORKER_HEALTH_PORT: String(workerPorts[at]) }
      return run(nodeChildSpec(name, PROJECT_ROOT, env))
    }),
  ])
  return {
    apiUrl: `http://127.0.0.1:${ports.api}`,
    apiKey,
    sandboxUrl: `http://127.0.0.1:${ports.sandbox}`,
    temporalAddress: `127.0.0.1:${ports.temporal}`,
    webUiUrl: `http://127.0.0.1:${ports.webUi}`,
    databaseUrl,
    workerUrls: workerPorts.map((port) => `http://127.0.0.1:${port}`),
    dir,
  }
}

async function startDevServer(
  { settings, dir, binDir, log, run }: BringUp,
  ports: StackPorts,
  env: SystemEnv,
): Promise<void> {
  const explicitPath = settings.GONETS_TEMPORAL_CLI_PATH
  const cli = await findTemporalCli({ explicitPath, cacheDir: binDir, log, path: env.PATH ?? '' })
  await run(
    temporalSpec({
      ...{ cli, env, cwd: dir.root, databaseFile: dir.temporalDb },
      ...{ port: ports.temporal, uiPort: ports.webUi, apiPort: ports.api },
    }),
  )
}

/** On the PostgreSQL of the stack, therefore after it. */
async function startTemporalServer(
  { dir, env, binDir, log, run }: BringUp,
  ports: StackPorts,
  { password, env: system }: { readonly password: string; readonly env: SystemEnv },
): Promise<void> {
  await run(
    await prepareTemporalServer({
      binaries: await findTemporalServer({ cacheDir: binDir, env, log }),
      port: ports.temporal,
      innerPorts: ports.temporalInner,
      database: { port: ports.postgres, user: USER, password },
      dataDir: dir.root,
      env: system,
    }),
  )
}

/** All or none: when one fails the rest are stopped and waited for, and the first reason is the one that is told. */
async function together(abandon: () => Promise<void>, work: Promise<unknown>[]): Promise<void> {
  try {
    await Promise.all(work)
  } catch (error) {
    await abandon()
    await Promise.allSettled(work)
    throw error
  }
}
