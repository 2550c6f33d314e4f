import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPrismaStore } from '../../../adapters/storage/index.ts'
import type { Store } from '../../../adapters/storage/port.ts'
import { startPostgresServer } from '../../support/postgres-server.ts'
import { createTestStore, LABORATORY, type TestStore } from '../../support/store.ts'
import { draft, stepKey } from './drafts.ts'

const UNAVAILABLE = {
  code: 'storage-unavailable',
  class: 'transient',
  message: 'storage-unavailable',
}
let fixture: TestStore
beforeAll(async () => {
  fixture = await createTestStore()
})
afterAll(() => fixture.close())

async function expectUnavailable(store: Store): Promise<void> {
  await expect(store.ping()).rejects.toMatchObject(UNAVAILABLE)
  await expect(store.submissions.accept(draft())).rejects.toMatchObject(UNAVAILABLE)
  await expect(store.organizations.get(LABORATORY.id)).rejects.toMatchObject(UNAVAILABLE)
  await expect(store.outbox.claim(1, 1)).rejects.toMatchObject(UNAVAILABLE)
  await expect(store.starts.waiting()).rejects.toMatchObject(UNAVAILABLE)
}

test('a database that was never there is named as unavailable, without its address', async () => {
  const connectionString = 'postgresql://postgres:test@127.0.0.1:1/none'
  const store = createPrismaStore({ connectionString, poolSize: 2, sealer: fixture.sealer })
  await expectUnavailable(store)
  await store.close()
})

test('a database that dies under the store is named as unavailable', async () => {
  const server = await startPostgresServer()
  const { sealer } = fixture
  const store = createPrismaStore({ connectionString: server.url, poolSize: 2, sealer })
  await store.ping()
  await server.stop()
  await expectUnavailable(store)
  await store.close()
})

test('connections that the server ends are replaced', async () => {
  const { store, url } = fixture
  await Promise.all([store.ping(), store.ping(), store.ping()])
  const administrator = new pg.Client({ connectionString: url })
  await administrator.connect()
  const { rows } = await administrator.query(
    `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  )
  await administrator.end()
  expect(rows.length).toBeGreaterThan(0)
  await expect.poll(() => store.ping().then(() => 'answers', String)).toBe('answers')
})

test('a step whose connection dies under way is unavailable, and can be committed again', async () => {
  const { store, url } = fixture
  const { submission } = await store.submissions.accept(draft({ resultId: 'U-1' }))
  const record = { key: stepKey(submission.id, 'seal'), outcome: 'sealed', events: [] }
  const blocker = new pg.Client({ connectionString: url })
  await blocker.connect()
  await blocker.query('BEGIN')
  await blocker.query('SELECT 1 FROM submission WHERE id = $1 FOR UPDATE', [submission.id])
  const commit = expect(store.journal.commit(record)).rejects.toMatchObject(UNAVAILABLE)
  const endWaiting = async () => {
    const { rows } = await blocker.query(
      `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    )
    return rows.length
  }
  await expect.poll(endWaiting).toBe(1)
  await commit
  await blocker.end()
  expect(await store.journal.commit(record)).toBe('sealed')
})
