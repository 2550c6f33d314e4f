import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrateDeploy } from '../../../adapters/storage/migrate.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const MIGRATIONS = 'prisma/migrations'
let database: TestDatabase
let client: pg.Client
let before: string
beforeEach(async () => {
  database = await createTestDatabase({ empty: true })
  before = await mkdtemp(join(tmpdir(), 'gonets-test-migrations-'))
  await cp(MIGRATIONS, before, { recursive: true })
  for (const name of await readdir(before))
    if (/^\d{4}_/.test(name) && name >= '0007') await rm(join(before, name), { recursive: true })
  await migrateDeploy(database.url, before)
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query("SET session_replication_role = replica; SET TIME ZONE 'UTC'")
})
afterEach(async () => {
  await client.end()
  await database.drop()
  await rm(before, { recursive: true })
})

const ANNA = '00000000-0000-4000-8000-00000000000a'
const GIVEN = '2026-01-10T10:00:00Z'
const CHANGED = '2026-02-01T10:00:00Z'

async function consent(id: string, status: string, changes: Record<string, string> = {}) {
  const row = {
    ...{ id, organization_id: 'lab-1', patient_id: ANNA, number: id, given_at: GIVEN },
    ...{ scope: 'full', analyses: '{}', confirmation_method: 'paper', status },
    ...{ created_at: GIVEN, updated_at: CHANGED },
    ...changes,
  }
  await insert('consent', row)
}
async function insert(table: string, row: Record<string, unknown>) {
  const columns = Object.keys(row)
  const places = columns.map((_, at) => `$${at + 1}`)
  const quoted = columns.map((column) => `"${column}"`)
  await client.query(
    `INSERT INTO ${table} (${quoted.join()}) VALUES (${places.join()})`,
    Object.values(row),
  )
}
const audit = (target: string, action: string) =>
  insert('audit_entry', { at: CHANGED, organization_id: 'lab-1', actor: 'key-7', action, target })
const check = (row: Record<string, unknown>) =>
  insert('consent_check', { at: CHANGED, request: '{}', user: 'system', ...row })

async function laboratory() {
  await insert('organization', {
    ...{ id: 'lab-1', name: 'Лаборатория', inn: '7707083893', ogrn: '1027700132195' },
    ...{ legal_basis: 'consent', registry: 'portal', environment: 'test' },
    ...{ time_zone: 'Europe/Moscow', created_at: GIVEN, updated_at: GIVEN },
  })
  await insert('patient', {
    ...{ id: ANNA, organization_id: 'lab-1', ciphertext: '', key_id: 'k', policy_index: 'p' },
    ...{ created_at: GIVEN, updated_at: GIVEN },
  })
}

test('what a service had said of a consent is no act of the patient; what people entered is', async () => {
  await laboratory()
  for (const status of ['active', 'rejected', 'expired'])
    await consent(status, status).then(() => audit(status, 'consent.register'))
  await consent('withdrawn', 'withdrawn')
  await audit('withdrawn', 'consent.withdrawn')
  await consent('unknown-to-the-service', 'withdrawn')
  await check({ consent_id: 'unknown-to-the-service', status: 'none', source: 'service' })
  await consent('nobody-knows-why', 'withdrawn')
  await consent('of-a-day', 'active', { given_at: '2026-01-09T21:00:00Z' })
  await consent('told', 'active', { confirmation_method: 'service' })
  await consent('entered', 'active', { confirmation_method: 'service' })
  await audit('entered', 'consent.register')

  await migrateDeploy(database.url)

  const { rows } = await client.query<Record<string, unknown>>(
    'SELECT id, withdrawn_at, withdrawn_by, given_by_day, source, known_by FROM consent',
  )
  const found = new Map(rows.map(({ id, ...row }) => [id, row]))
  const stands = { withdrawn_at: null, withdrawn_by: null, given_by_day: false }
  const given = { ...stands, source: 'register', known_by: 'policy' }
  const gone = { ...given, withdrawn_at: new Date(CHANGED) }
  expect(Object.fromEntries(found)).toEqual({
    active: given,
    rejected: given,
    expired: given,
    withdrawn: { ...gone, withdrawn_by: 'key-7' },
    'unknown-to-the-service': given,
    'nobody-knows-why': { ...gone, withdrawn_by: 'system' },
    'of-a-day': { ...given, given_by_day: true },
    told: { ...given, source: 'service' },
    entered: given,
  })
})

test('what is under way rests on its consent, and the journal names organisation and analysis', async () => {
  await laboratory()
  await consent('c-1', 'active')
  const id = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`
  for (const [digit, phase] of [
    [1, 'sending'],
    [2, 'retained'],
    [3, 'awaiting-acknowledgement'],
  ] as const)
    await insert('submission', {
      ...{ id: id(digit), organization_id: 'lab-1', patient_id: ANNA, result_id: id(9) },
      ...{ source_system: 'lis', source_id: `r-${digit}`, analysis_code: 'CBC', phase },
      ...{ status: 'processing', version: 1, document_id: id(digit), content_digest: 'd' },
      ...{ set_id: id(digit), policy: '{}', received_at: GIVEN, updated_at: GIVEN },
      consent_id: 'c-1',
    })
  const asked = { status: 'active', source: 'service' }
  const request = '{"analysis":"blood-count"}'
  await check({ ...asked, submission_id: id(1), request })
  await check({ ...asked, consent_id: 'c-1' })
  await check({ ...asked, submission_id: id(8), consent_id: 'nowhere' })

  await migrateDeploy(database.url)

  const resting = await client.query('SELECT * FROM submission_consent ORDER BY submission_id')
  expect(resting.rows).toEqual([
    { submission_id: id(1), analysis: 'blood-count', consent_id: 'c-1' },
    { submission_id: id(3), analysis: 'CBC', consent_id: 'c-1' },
  ])
  const journal = await client.query(
    'SELECT organization_id, analysis FROM consent_check ORDER BY id',
  )
  expect(journal.rows).toEqual([
    { organization_id: 'lab-1', analysis: 'blood-count' },
    { organization_id: 'lab-1', analysis: null },
    { organization_id: '', analysis: null },
  ])
})
