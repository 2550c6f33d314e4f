import { chown, copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'

/** Made anew by every server; the log of changes is copied last. */
const EMPTIED = [
  ...['pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp'],
  'pg_subtrans',
]
const LEFT_OUT = ['postmaster.pid', 'postmaster.opts', 'pg_wal', ...EMPTIED]

/**
 * A copy of a whole cluster at one moment, taken while it works: PostgreSQL's own backup interface, step by step as
 * `pg_basebackup --wal-method=fetch` goes, which is not among the embedded programs.
 */
export async function backUpPostgres(
  databaseUrl: string,
  cluster: string,
  target: string,
): Promise<void> {
  // One session from start to stop: what it leaves open ends with it.
  const session = new pg.Client({ connectionString: databaseUrl })
  await session.connect()
  try {
    // Keeps the log of changes until it has been copied.
    await session.query(`SELECT pg_create_physical_replication_slot('rehearsal', true, true)`)
    await session.query(`SELECT pg_backup_start('rehearsal', true)`)
    await copyTree(cluster, target, LEFT_OUT)
    const { rows } = await session.query<{ labelfile: string }>(
      'SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)',
    )
    await copyTree(join(cluster, 'pg_wal'), join(target, 'pg_wal'))
    for (const folder of EMPTIED) await makeFolder(cluster, join(target, folder))
    const label = join(target, 'backup_label')
    await writeFile(label, rows[0]?.labelfile ?? '', { mode: 0o600 })
    await giveTo(cluster, label)
  } finally {
    await session.end()
  }
}

/** The copy in place of what was lost. */
export async function restorePostgres(target: string, cluster: string): Promise<void> {
  await rm(cluster, { recursive: true, force: true })
  await copyTree(target, cluster)
}

/** A file that goes while it is looked at is one that the log of changes makes up for. */
async function copyTree(from: string, to: string, except: readonly string[] = []): Promise<void> {
  await makeFolder(from, to)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (except.includes(entry.name)) continue
    const [source, copy] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyTree(source, copy)
    else {
      try {
        await copyFile(source, copy)
        await giveTo(source, copy)
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
      }
    }
  }
}

async function makeFolder(like: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await giveTo(like, folder)
}

/** Root's PostgreSQL runs as another user, to whom the copy has to belong too. */
async function giveTo(like: string, path: string): Promise<void> {
  const { uid, gid } = await stat(like)
  await chown(path, uid, gid)
}
