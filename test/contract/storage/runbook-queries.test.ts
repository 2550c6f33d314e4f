import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestStore, type TestStore } from '../../support/store.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const queries = globSync('docs/runbooks/*.md', { cwd: ROOT }).flatMap((page) =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(/"(SELECT [^"]+)"/g)].map(
    ([, query = '']) => [page, query] as const,
  ),
)

let fixture: TestStore
let sql: pg.Client
beforeAll(async () => {
  fixture = await createTestStore()
  sql = new pg.Client({ connectionString: fixture.url })
  await sql.connect()
})
afterAll(async () => {
  await sql.end()
  await fixture.close()
})

test.each(queries)('%s asks what the database can answer: %s', async (_page, query) => {
  expect((await sql.query(query)).command).toBe('SELECT')
})

test('each page that names a query is looked at', () => {
  expect(queries.length).toBeGreaterThan(6)
})
