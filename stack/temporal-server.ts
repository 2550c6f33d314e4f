import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Connection, isGrpcServiceError } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import type { TemporalServerBinaries } from './binaries/index.ts'
import type { ChildSpec } from './child.ts'
import { essenceOf } from './child-log.ts'
import type { SystemEnv } from './environment.ts'
import { StartFailure } from './start-failure.ts'
import { addSearchAttributes, hasSearchAttributes, withConnection } from './temporal.ts'

export interface TemporalServerOptions {
  readonly binaries: TemporalServerBinaries
  readonly port: number
  /** Ports of the parts among themselves, as many as `INNER_PORTS`. */
  readonly innerPorts: readonly number[]
  readonly database: { readonly port: number; readonly user: string; readonly password: string }
  /** Folder the server works in. */
  readonly dataDir: string
  readonly env: SystemEnv
}

const PARTS = ['MATCHING', 'HISTORY', 'WORKER'] as const
const INNER_SETTINGS = [
  'FRONTEND_MEMBERSHIP_PORT',
  'FRONTEND_HTTP_PORT',
  ...PARTS.flatMap((part) => [`${part}_GRPC_PORT`, `${part}_MEMBERSHIP_PORT`]),
]
export const INNER_PORTS = INNER_SETTINGS.length

const STORES = [
  { database: 'temporal', schema: 'postgresql/v12/temporal' },
  { database: 'temporal_visibility', schema: 'postgresql/v12/visibility' },
] as const

/** Production's own: what is measured and killed here has the same limits. */
const DYNAMIC_CONFIG = join(import.meta.dirname, '../deploy/temporal-dynamic-config.yaml')

/** Temporal's own server on PostgreSQL, all its parts in one process; makes its databases first. There is no Web UI. */
export async function prepareTemporalServer(options: TemporalServerOptions): Promise<ChildSpec> {
  for (const { database, schema } of STORES) {
    await runSql(options, ['--db', database, 'create'])
    await runSql(options, ['--db', database, 'setup-schema', '-v', '0.0'])
    await runSql(options, ['--db', database, 'update-schema', '--schema-name', schema])
  }
  const address = `127.0.0.1:${options.port}`
  return {
    name: 'temporal',
    command: options.binaries.server,
    args: ['--allow-no-auth', 'start'],
    env: { ...options.env, ...serverSettings(options) },
    cwd: options.dataDir,
    ipc: false,
    isReady: () => withConnection(address, isFurnished),
    stopSignal: 'SIGTERM',
    graceMs: 8_000,
  }
}

function serverSettings(options: TemporalServerOptions) {
  const { port, user, password } = options.database
  return {
    DB: 'postgres12_pgx',
    POSTGRES_SEEDS: '127.0.0.1',
    DB_PORT: String(port),
    POSTGRES_USER: user,
    POSTGRES_PWD: password,
    DBNAME: STORES[0].database,
    VISIBILITY_DBNAME: STORES[1].database,
    NUM_HISTORY_SHARDS: '4',
    BIND_ON_IP: '127.0.0.1',
    TEMPORAL_BROADCAST_ADDRESS: '127.0.0.1',
    FRONTEND_GRPC_PORT: String(options.port),
    ...Object.fromEntries(
      INNER_SETTINGS.map((name, at) => [name, String(options.innerPorts[at] ?? 0)]),
    ),
    DYNAMIC_CONFIG_FILE_PATH: DYNAMIC_CONFIG,
    LOG_LEVEL: 'warn',
  }
}

/** Creating what exists and updating what is current do nothing, so every start may ask. */
async function runSql(options: TemporalServerOptions, args: readonly string[]): Promise<void> {
  const { port, user, password } = options.database
  const env = {
    ...options.env,
    SQL_PLUGIN: 'postgres12_pgx',
    SQL_HOST: '127.0.0.1',
    SQL_PORT: String(port),
    SQL_USER: user,
    SQL_PASSWORD: password,
  }
  try {
    await promisify(execFile)(options.binaries.sql, args, { env, cwd: options.dataDir })
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? essenceOf(String(cause.stderr)) : ''
    throw new StartFailure(
      `Таблицы Temporal не созданы${said ? ` (${said})` : ''}.`,
      `проверьте место на диске и папку ${options.dataDir}`,
      cause,
    )
  }
}

const NAMESPACE_RETENTION = msToTs('1d')
const ALREADY_EXISTS = 6

/** The dev server brings a namespace and takes attributes as flags; here both are made on the first occasion. */
async function isFurnished(connection: Connection): Promise<boolean> {
  if (await hasSearchAttributes(connection).catch(() => false)) return true
  await connection.workflowService
    .registerNamespace({
      namespace: 'default',
      workflowExecutionRetentionPeriod: NAMESPACE_RETENTION,
    })
    .catch((error: unknown) => {
      if (!isGrpcServiceError(error) || error.code !== ALREADY_EXISTS) throw error
    })
  await addSearchAttributes(connection)
  return false
}
