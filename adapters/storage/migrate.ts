import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'

/** The advisory lock that Prisma's own `migrate deploy` takes: the two exclude each other. */
const MIGRATION_LOCK = 72707369
const MIGRATIONS = join(import.meta.dirname, '../../prisma/migrations')
const JOURNAL = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`

interface AppliedMigration {
  readonly migration_name: string
  readonly checksum: string
  readonly finished_at: Date | null
}

/**
 * Applies `dir/<name>/migration.sql` in order of name, once each, and returns the names applied now. Keeps Prisma's
 * journal, so `prisma migrate status` agrees. Several processes may call it at once. Refuses a migration that was
 * edited after it was applied, one that failed before, and a database newer than the program.
 */
export async function migrateDeploy(
  connectionString: string,
  dir: string = MIGRATIONS,
): Promise<string[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    await client.query(JOURNAL)
    const { rows } = await client.query<AppliedMigration>(
      'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
    )
    const names = await migrationNames(dir)
    refuseUnfit(rows, names)
    const applied: string[] = []
    for (const name of names) if (await applyOnce(client, dir, name, rows)) applied.push(name)
    return applied
  } finally {
    await client.end()
  }
}

async function migrationNames(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

function refuseUnfit(rows: readonly AppliedMigration[], names: readonly string[]): void {
  const failed = rows.find((row) => row.finished_at === null)
  if (failed)
    throw new Error(
      `migration ${failed.migration_name} failed before: mend the database, then \`npm run prisma -- migrate resolve\``,
    )
  const unknown = rows.find((row) => !names.includes(row.migration_name))
  if (unknown)
    throw new Error(
      `the database is newer than this program: it has migration ${unknown.migration_name}`,
    )
}

async function applyOnce(
  client: pg.Client,
  dir: string,
  name: string,
  rows: readonly AppliedMigration[],
): Promise<boolean> {
  const sql = await readFile(join(dir, name, 'migration.sql'), 'utf8')
  const checksum = createHash('sha256').update(sql).digest('hex')
  const known = rows.find((row) => row.migration_name === name)
  if (known && known.checksum !== checksum)
    throw new Error(`migration ${name} was edited after it was applied: add a new one instead`)
  if (known) return false
  const id = randomUUID()
  await client.query(
    'INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)',
    [id, checksum, name],
  )
  try {
    // Without parameters all statements go as one, and so as one transaction.
    await client.query(sql)
  } catch (cause) {
    await client.query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [id, String(cause)])
    throw new Error(`migration ${name} failed`, { cause })
  }
  await client.query(
    'UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1',
    [id],
  )
  return true
}

if (process.argv[1] === import.meta.filename) {
  // biome-ignore lint/style/noProcessEnv: an entry point of its own (`npm run db:migrate`)
  const { DATABASE_URL, DATABASE_URL_FILE } = process.env
  const url =
    DATABASE_URL || (DATABASE_URL_FILE && (await readFile(DATABASE_URL_FILE, 'utf8')).trim())
  if (!url) throw new Error('DATABASE_URL is not set')
  const applied = await migrateDeploy(url)
  process.stdout.write(`${applied.length === 0 ? 'nothing to apply' : applied.join('\n')}\n`)
}
