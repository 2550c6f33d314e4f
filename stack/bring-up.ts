import { join } from 'node:path'
import { migrateDeploy } from '../adapters/storage/migrate.ts'
import type { Config } from '../config/load-config.ts'
import { makeKeyFile } from '../tools/make-keys.ts'
import { makeDemoPki } from '../tools/pki/make-demo-pki.ts'
import { findTemporalCli } from './binaries/index.ts'
import type { ChildSpec } from './child.ts'
import type { DataDir } from './data-dir.ts'
import { DEMO_ORGANIZATION } from './demo-data.ts'
import { type Environment, environmentsOf, type Ports } from './environment.ts'
import { nodeChildSpec } from './node-child.ts'
import { databaseUrlOf, preparePostgres } from './postgres.ts'
import { loadSecrets } from './secrets.ts'
import { seedDemo } from './seed.ts'
import { choosePorts } from './settings.ts'
import { temporalSpec } from './temporal.ts'

/** Where the running stack answers. */
export interface Addresses {
  readonly apiUrl: string
  readonly apiKey: string
  readonly sandboxUrl: string
  readonly temporalAddress: string
  readonly webUiUrl: string
  readonly databaseUrl: string
  readonly dir: DataDir
}

export interface BringUp {
  readonly settings: Config
  readonly dir: DataDir
  readonly env: Environment
  readonly binDir: string
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
  const ports = await choosePorts(settings)
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
    startDatabase(),
    startTemporal(input, ports, system),
    run(nodeChildSpec('sandbox', PROJECT_ROOT, environments.sandbox)),
    makeDemoPki(dir.pki, { organization: DEMO_ORGANIZATION }),
  ])
  await together(input.abandon, [
    run(nodeChildSpec('api', PROJECT_ROOT, environments.api)),
    run(nodeChildSpec('worker', PROJECT_ROOT, environments.worker)),
  ])
  return {
    apiUrl: `http://127.0.0.1:${ports.api}`,
    apiKey,
    sandboxUrl: `http://127.0.0.1:${ports.sandbox}`,
    temporalAddress: `127.0.0.1:${ports.temporal}`,
    webUiUrl: `http://127.0.0.1:${ports.webUi}`,
    databaseUrl,
    dir,
  }
}

async function startTemporal(
  { settings, dir, binDir, log, run }: BringUp,
  ports: Ports,
  env: { readonly PATH: string | undefined; readonly HOME: string | undefined },
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
