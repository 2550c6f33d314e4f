import { readdir, readFile } from 'node:fs/promises'
import process from 'node:process'
import pg from 'pg'

/** What one moment of the stack has used up so far; the difference of two is the cost of what lay between. */
export interface Reading {
  readonly at: number
  /** Processor time by process, milliseconds. */
  readonly cpuMs: Readonly<Record<string, number>>
  /** Resident memory by process, bytes. PostgreSQL's is that of the server and its connections together, shared pages once each. */
  readonly memory: Readonly<Record<string, number>>
  /** Committed and rolled back, by database. */
  readonly transactions: Readonly<Record<string, number>>
  /** Size by database, bytes. */
  readonly stored: Readonly<Record<string, number>>
  /** Written ahead since the server was made, bytes. */
  readonly wal: number
}

export interface Meters {
  read(): Promise<Reading>
  close(): Promise<void>
}

/** `pids` names the processes to watch; whatever they have started counts with them. */
export async function createMeters(options: {
  readonly databaseUrl: string
  readonly pids: () => Readonly<Record<string, number | undefined>>
}): Promise<Meters> {
  const sql = new pg.Client({ connectionString: options.databaseUrl })
  await sql.connect()
  return {
    async read() {
      const processes = await readProcesses()
      const usage = Object.entries(options.pids()).map(
        ([name, pid]) => [name, usageOf(processes, pid)] as const,
      )
      const own = process.cpuUsage()
      return {
        at: performance.now(),
        cpuMs: {
          ...Object.fromEntries(usage.map(([name, { cpuMs }]) => [name, cpuMs])),
          driver: (own.user + own.system) / 1000,
        },
        memory: {
          ...Object.fromEntries(usage.map(([name, { bytes }]) => [name, bytes])),
          driver: process.memoryUsage.rss(),
        },
        ...(await readDatabases(sql)),
      }
    },
    close: () => sql.end(),
  }
}

async function readDatabases(
  sql: pg.Client,
): Promise<Pick<Reading, 'transactions' | 'stored' | 'wal'>> {
  const { rows } = await sql.query<{ name: string; transactions: string; size: string }>(`
    SELECT datname AS name, xact_commit + xact_rollback AS transactions, pg_database_size(datname) AS size
    FROM pg_stat_database WHERE datname IN ('gonets', 'temporal', 'temporal_visibility')`)
  const wal = await sql.query<{ bytes: string }>(
    `SELECT pg_current_wal_lsn() - '0/0'::pg_lsn AS bytes`,
  )
  return {
    transactions: Object.fromEntries(rows.map((row) => [row.name, Number(row.transactions)])),
    stored: Object.fromEntries(rows.map((row) => [row.name, Number(row.size)])),
    wal: Number(wal.rows[0]?.bytes ?? 0),
  }
}

interface ProcessEntry {
  readonly pid: number
  readonly parent: number
  /** Its own and that of children that have ended, milliseconds. */
  readonly cpuMs: number
  readonly bytes: number
}

/** Linux counts processor time in hundredths of a second and memory in pages of 4 KiB. */
const TICK_MS = 10
const PAGE = 4096

async function readProcesses(): Promise<ProcessEntry[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const entries = await Promise.all(
    pids.map(async (pid) => toEntry(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''))),
  )
  return entries.filter((entry) => entry !== undefined)
}

/** The second field, the name, may hold spaces: what follows its bracket is counted. */
function toEntry(stat: string): ProcessEntry | undefined {
  if (stat === '') return undefined
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const field = (at: number) => Number(fields[at])
  return {
    pid: Number.parseInt(stat, 10),
    parent: field(1),
    cpuMs: (field(11) + field(12) + field(13) + field(14)) * TICK_MS,
    bytes: field(21) * PAGE,
  }
}

function usageOf(
  processes: readonly ProcessEntry[],
  pid: number | undefined,
): { cpuMs: number; bytes: number } {
  const family = processes.filter((entry) => entry.pid === pid || entry.parent === pid)
  return {
    cpuMs: family.reduce((sum, entry) => sum + entry.cpuMs, 0),
    bytes: family.reduce((sum, entry) => sum + entry.bytes, 0),
  }
}
