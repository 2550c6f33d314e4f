import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrateDeploy } from '../../../adapters/storage/migrate.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const MIGRATIONS = 'prisma/migrations'
const run = promisify(execFile)
let database: TestDatabase
let folder: string
beforeEach(async () => {
  database = await createTestDatabase({ empty: true })
  folder = await mkdtemp(join(tmpdir(), 'gonets-test-migrations-'))
  await cp(MIGRATIONS, folder, { recursive: true })
})
afterEach(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

async function add(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, name, 'migration.sql'), sql)
}
async function query(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

describe('migrating', () => {
  test('an empty database applies everything once, however many processes start', async () => {
    const results = await Promise.all([1, 2, 3].map(() => migrateDeploy(database.url)))
    expect(results.flat()).toContain('0001_init')
    expect(new Set(results.flat()).size).toBe(results.flat().length)
    expect(await migrateDeploy(database.url)).toEqual([])
    expect(await query('SELECT count(*)::int AS rows FROM submission')).toEqual([{ rows: 0 }])
  })

  test('applies what is new, in order of name', async () => {
    await migrateDeploy(database.url, folder)
    await add('9001_second', 'INSERT INTO first_table VALUES (1);')
    await add('9000_first', 'CREATE TABLE first_table (id int);')
    expect(await migrateDeploy(database.url, folder)).toEqual(['9000_first', '9001_second'])
  })

  test('leaves nothing of a migration that fails, and asks for a person', async () => {
    await migrateDeploy(database.url, folder)
    await add('9000_bad', 'CREATE TABLE half (id int); SELECT * FROM nowhere;')
    await expect(migrateDeploy(database.url, folder)).rejects.toThrow('migration 9000_bad failed')
    expect(await query("SELECT to_regclass('half') AS half")).toEqual([{ half: null }])
    await expect(migrateDeploy(database.url, folder)).rejects.toThrow('9000_bad failed before')
  })

  test('refuses an edited migration', async () => {
    await migrateDeploy(database.url, folder)
    await writeFile(join(folder, '0001_init', 'migration.sql'), 'SELECT 1')
    await expect(migrateDeploy(database.url, folder)).rejects.toThrow('0001_init was edited')
  })

  test('refuses a database newer than the program', async () => {
    await add('9000_newer', 'SELECT 1')
    await migrateDeploy(database.url, folder)
    await expect(migrateDeploy(database.url)).rejects.toThrow('newer than this program')
  })
})

test('starts that wait when admission comes in are found by it', async () => {
  await rm(join(folder, '0004_admission'), { recursive: true })
  await migrateDeploy(database.url, folder)
  await query(`SET session_replication_role = replica;
    INSERT INTO outbox (submission_id, message, due_at, created_at, delivered_at) VALUES
      (gen_random_uuid(), '{"kind":"start-submission","organizationId":"lab-1"}', now(), now(), NULL),
      (gen_random_uuid(), '{"kind":"start-submission","organizationId":"lab-1"}', now(), now(), now()),
      (gen_random_uuid(), '{"kind":"registry-answered"}', now(), now(), NULL)`)
  await migrateDeploy(database.url)
  expect(await query('SELECT is_start, organization_id, priority FROM outbox ORDER BY id')).toEqual(
    [
      { is_start: true, organization_id: 'lab-1', priority: 3 },
      { is_start: false, organization_id: null, priority: 3 },
      { is_start: false, organization_id: null, priority: 3 },
    ],
  )
})

test('contradictions that were noted and forgotten become questions, and a number stays with one document', async () => {
  await rm(join(folder, '0008_registry_word'), { recursive: true })
  await migrateDeploy(database.url, folder)
  const id = (number: number) => `00000000-0000-4000-8000-00000000000${number}`
  const submission = (number: number) =>
    `('${id(number)}', 'lab-1', '${id(9)}', '${id(9)}', 'LIS', 'R-${number}', 'CBC', 'retained', 'accepted', 1,
      '${id(number)}', 1, 'd', '${id(number)}', '{}', now(), now())`
  const version = (number: number, registryId: string) =>
    `('${id(number)}', 1, '${id(number)}', '${id(number)}', 1, 'd', '${id(9)}', 'key', '{}', now(), 'accepted', '${registryId}')`
  const said = (number: number, message: string, verdict: string) =>
    `(gen_random_uuid(), '${id(number)}', 1, '${id(number)}', '${message}', '${verdict}', '[]', '${id(9)}', 'callback', now(), now())`
  await query(`SET session_replication_role = replica;
    INSERT INTO organization (id, name, inn, ogrn, legal_basis, registry, environment, time_zone, created_at, updated_at)
      VALUES ('lab-1', 'Л', '1', '1', 'consent', 'portal', 'test', 'UTC', now(), now());
    INSERT INTO submission (id, organization_id, patient_id, result_id, source_system, source_id, analysis_code, phase, status,
        version, document_id, version_number, content_digest, set_id, policy, received_at, updated_at)
      VALUES ${[1, 2, 3].map(submission).join(', ')};
    INSERT INTO submission_version (submission_id, version, document_id, set_id, version_number, content_digest, report_blob_id,
        actor, changed_fields, created_at, verdict, registry_id)
      VALUES ${version(1, 'N-1')}, ${version(2, 'N-1')}, ${version(3, 'N-3')};
    INSERT INTO acknowledgement (id, submission_id, version, document_id, message_id, verdict, issues, raw_blob_id, via,
        answered_at, received_at)
      VALUES ${said(1, 'a', 'accepted')}, ${said(2, 'b', 'accepted')}, ${said(3, 'c', 'accepted')}, ${said(3, 'd', 'rejected')}`)
  await migrateDeploy(database.url)
  const books =
    'SELECT registry, registry_id, verdict, disputed FROM submission_version ORDER BY document_id'
  const mine = { registry: 'portal/test', verdict: 'accepted' }
  expect(await query(books)).toEqual([
    { ...mine, registry_id: 'N-1', disputed: null },
    { registry: null, registry_id: null, verdict: null, disputed: 'registry-number-taken' },
    { ...mine, registry_id: 'N-3', disputed: 'registry-contradicts' },
  ])
  const asked = `SELECT code, jsonb_array_length(details->'acknowledgements') AS answers FROM question ORDER BY code`
  expect(await query(asked)).toEqual([
    { code: 'registry-contradicts', answers: 2 },
    { code: 'registry-number-taken', answers: 1 },
  ])
  expect(await query('SELECT book, status FROM submission ORDER BY id')).toEqual([
    { book: 'accepted', status: 'accepted' },
    { book: 'contradicted', status: 'disputed' },
    { book: 'contradicted', status: 'disputed' },
  ])
})

// Prisma's engine has been seen to panic over the catalogue on a loaded machine; a real difference stays one.
describe('Prisma’s own command line', { timeout: 60_000, retry: 2 }, () => {
  const prisma = (...args: string[]) =>
    run(process.execPath, ['tools/prisma.mjs', ...args], {
      // biome-ignore lint/style/noProcessEnv: the command line finds its programs by PATH
      env: { ...process.env, DATABASE_URL: database.url },
    })

  test('finds the migrations applied and the schema equal to them', async () => {
    await migrateDeploy(database.url)
    const status = await prisma('migrate', 'status')
    expect(status.stdout).toContain('Database schema is up to date')
    const difference = ['--from-migrations', MIGRATIONS, '--to-schema', 'prisma/schema.prisma']
    // Exit code 2 would mean that schema.prisma was changed without a migration.
    await prisma('migrate', 'diff', ...difference, '--exit-code')
  })

  test('tells a schema that differs', async () => {
    const difference = ['--from-empty', '--to-schema', 'prisma/schema.prisma', '--exit-code']
    await expect(prisma('migrate', 'diff', ...difference)).rejects.toMatchObject({ code: 2 })
  })
})
