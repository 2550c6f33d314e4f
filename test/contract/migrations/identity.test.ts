import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrateDeploy } from '../../../adapters/storage/migrate.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
let client: pg.Client
let folder: string
beforeEach(async () => {
  database = await createTestDatabase({ empty: true })
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  folder = await mkdtemp(join(tmpdir(), 'gonets-test-migrations-'))
  await cp('prisma/migrations', folder, { recursive: true })
  await rm(join(folder, '0009_identity'), { recursive: true })
  await migrateDeploy(database.url, folder)
})
afterEach(async () => {
  await client.end()
  await database.drop()
  await rm(folder, { recursive: true })
})

const rowsOf = async (sql: string) => (await client.query(sql)).rows as unknown[]
const GONE = '00000000-0000-0000-0000-000000000001'
const KEPT = '00000000-0000-0000-0000-000000000002'
const ISSUES = `'[{"code":"E1","detail":"Тестова","pointer":"","severity":"error"}]'`
const DIGEST = `'{"digest":"abc"}'`

/** As the release before wrote it; every id is the same for brevity. */
async function fill(): Promise<void> {
  const submission = (id: string, erasedAt: string) =>
    `('${id}', 'lab', '${id}', '${id}', 'LIS', '1', 'cbc', 'retained', 'accepted', 1, '${id}', 'abc', '${id}', ${ISSUES},
      '{}', ${erasedAt}, now(), now())`
  const version = (id: string) =>
    `('${id}', 1, '${id}', 'abc', '${id}', 'key-1', '{}', 'Тестова', now())`
  const event = (id: string, seq: number, type: string) =>
    `('${id}', ${seq}, now(), 1, '${type}', '', 'system', ${DIGEST})`
  await client.query(`SET session_replication_role = replica;
    INSERT INTO organization (id, name, inn, ogrn, legal_basis, registry, environment, time_zone, created_at, updated_at)
    VALUES ('lab', '', '', '', 'consent', 'portal', 'test', 'Europe/Moscow', now(), now());
    INSERT INTO patient (id, organization_id, ciphertext, wrapped_key, key_id, identity_index, snils_index, local_index,
      created_at, updated_at)
    VALUES ('${GONE}', 'lab', '', 'key', 'k', 'i', 's1', 'l', now(), now()),
      ('${KEPT}', 'lab', '', 'key', 'k', 'i', 's2', 'l', now(), now());
    INSERT INTO submission (id, organization_id, patient_id, result_id, source_system, source_id, analysis_code, phase, status,
      version, document_id, content_digest, set_id, issues, policy, erased_at, received_at, updated_at)
    VALUES ${submission(GONE, 'now()')}, ${submission(KEPT, 'NULL')};
    INSERT INTO submission_version (submission_id, version, document_id, content_digest, report_blob_id, actor,
      changed_fields, reason, created_at)
    VALUES ${version(GONE)}, ${version(KEPT)};
    INSERT INTO event (submission_id, seq, at, version, type, text, actor, details)
    VALUES ${event(GONE, 1, 'record.sealed')}, ${event(KEPT, 1, 'record.sealed')}, ${event(KEPT, 2, 'document.assembled')}`)
}

test('what destroyed records left in the clear goes, and local numbers of old match nobody', async () => {
  await fill()
  expect(await migrateDeploy(database.url)).toContain('0009_identity')
  expect(
    await rowsOf(`SELECT wrapped_key IS NOT NULL AS kept, snils_index AS snils, local_index AS local, name_index AS name
      FROM patient ORDER BY id`),
  ).toEqual([
    { kept: false, snils: null, local: null, name: null },
    { kept: true, snils: 's2', local: null, name: null },
  ])
  expect(
    await rowsOf(`SELECT issues::text LIKE '%Тестова%' AS told, v.reason, v.patient_id = s.patient_id AS own
      FROM submission AS s JOIN submission_version AS v ON v.submission_id = s.id ORDER BY s.id`),
  ).toEqual([
    { told: false, reason: null, own: true },
    { told: true, reason: 'Тестова', own: true },
  ])
  expect(await rowsOf('SELECT details FROM event ORDER BY submission_id, seq')).toEqual([
    { details: {} },
    { details: { digest: 'abc' } },
    { details: {} },
  ])
  expect(await rowsOf('SELECT count(*)::int AS kinds FROM old_form')).toEqual([{ kinds: 5 }])
})
