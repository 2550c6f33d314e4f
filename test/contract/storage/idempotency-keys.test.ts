import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestStore, type TestStore } from '../../support/store.ts'

let fixture: TestStore
beforeAll(async () => {
  fixture = await createTestStore()
})
afterAll(() => fixture.close())

const begin = (key: string, requestDigest = 'digest', scope = 'lab/POST /v1/submissions') =>
  fixture.store.idempotencyKeys.begin({ scope, key, requestDigest })
const scope = 'lab/POST /v1/submissions'
const answer = { statusCode: 202, headers: { location: '/v1/submissions/1' }, body: '{"id":"1"}' }

test('of twenty requests with one key one runs; later ones get its answer', async () => {
  const results = await Promise.all(Array.from({ length: 20 }, () => begin('k-1')))
  expect(results.filter(({ kind }) => kind === 'fresh')).toHaveLength(1)
  expect(results.filter(({ kind }) => kind === 'running')).toHaveLength(19)
  await fixture.store.idempotencyKeys.finish({ scope, key: 'k-1', ...answer })
  expect(await begin('k-1')).toEqual({ kind: 'replay', ...answer })
  expect(await begin('k-1', 'another')).toEqual({ kind: 'mismatch' })
  expect(await begin('k-1', 'digest', 'lab-2/POST /v1/submissions')).toEqual({ kind: 'fresh' })
})

test('a key given up is free again, one with an answer is not', async () => {
  await begin('k-2')
  await fixture.store.idempotencyKeys.abandon({ scope, key: 'k-2' })
  expect(await begin('k-2')).toEqual({ kind: 'fresh' })
  await fixture.store.idempotencyKeys.finish({ scope, key: 'k-2', ...answer })
  await fixture.store.idempotencyKeys.abandon({ scope, key: 'k-2' })
  expect((await begin('k-2')).kind).toBe('replay')
})

test('a key whose process died is taken over after a minute, by the same request alone', async () => {
  await begin('k-3')
  fixture.clock.now = new Date(fixture.clock.now.getTime() + 60_001)
  expect(await begin('k-3', 'another')).toEqual({ kind: 'mismatch' })
  expect(await begin('k-3')).toEqual({ kind: 'fresh' })
  expect(await begin('k-3')).toEqual({ kind: 'running' })
})

test('a key whose process died is free after a clock was set back by an hour, too', async () => {
  await begin('k-4')
  fixture.clock.now = new Date(fixture.clock.now.getTime() - 3_600_000)
  expect(await begin('k-4')).toEqual({ kind: 'fresh' })
  expect(await begin('k-4')).toEqual({ kind: 'running' })
})
