import { readdir, readFile } from 'node:fs/promises'
import process from 'node:process'
import pg from 'pg'

/** What one moment of the stack has used up so far; the difference of two is the cost of what lay between. */
export interface Reading {
  readonly at: number
  /** Processor time by process, milliseconds. */
  readonly cpuMs: Readonly<Record<string, number>>
  /** Memory by process, bytes (PSS: a page that several have in common is shared out between them, so PostgreSQL's counts once). */
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
      const usage = await Promise.all(
        Object.entries(options.pids()).map(
          async ([name, pid]) => [name, await usageOf(processes, pid)] as const,
        ),
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
}

/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10

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
  }
}

async function usageOf(
  processes: readonly ProcessEntry[],
  pid: number | undefined,
): Promise<{ cpuMs: number; bytes: number }> {
  const family = processes.filter((entry) => entry.pid === pid || entry.parent === pid)
  const memory = await Promise.all(family.map((entry) => readMemory(entry.pid)))
  return {
    cpuMs: family.reduce((sum, entry) => sum + entry.cpuMs, 0),
    bytes: memory.reduce((sum, bytes) => sum + bytes, 0),
  }
}

/** 0 for a process that has ended meanwhile. */
async function readMemory(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) * 1024
}
