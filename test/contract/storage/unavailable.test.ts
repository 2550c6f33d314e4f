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

test('a database without room on its disk is unavailable, and takes everything again afterwards', async () => {
  const { store, url } = fixture
  const administrator = new pg.Client({ connectionString: url })
  await administrator.connect()
  await administrator.query(`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$`)
  await administrator.query(
    'CREATE TRIGGER no_room BEFORE INSERT ON blob FOR EACH ROW EXECUTE FUNCTION no_room()',
  )
  const result = draft({ resultId: 'U-0' })
  await expect(store.submissions.accept(result)).rejects.toMatchObject(UNAVAILABLE)
  await administrator.query('DROP TRIGGER no_room ON blob')
  await administrator.end()
  expect((await store.submissions.accept(result)).kind).toBe('created')
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

test('a database that only reads is unavailable and not ready, until a write succeeds again', async () => {
  const own = await createTestStore()
  const administrator = new pg.Client({ connectionString: own.url })
  await administrator.connect()
  const readOnly = async (state: 'on' | 'off') => {
    await administrator.query(`SET default_transaction_read_only = off`)
    await administrator.query(
      `ALTER DATABASE "${administrator.database}" SET default_transaction_read_only = ${state}`,
    )
    await administrator.query(
      `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    )
  }
  const accept = (resultId: string) => own.store.submissions.accept(draft({ resultId }))
  await readOnly('on')
  await expect
    .poll(() => own.store.organizations.get(LABORATORY.id), { message: 'questions are answered' })
    .toBeDefined()
  expect(await own.store.ping(), 'nobody has tried to write yet').toBeUndefined()
  await expect(accept('F-1')).rejects.toMatchObject(UNAVAILABLE)
  await expect(own.store.ping()).rejects.toMatchObject(UNAVAILABLE)
  await readOnly('off')
  await expect.poll(() => accept('F-1').then(({ kind }) => kind, String)).toBe('created')
  expect(await own.store.ping()).toBeUndefined()
  await administrator.end()
  await own.close()
})
