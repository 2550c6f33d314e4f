import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestStore, LABORATORY, type TestStore } from '../../support/store.ts'
import { bringTo, draft, report } from './drafts.ts'

/** What was lost, what it was restored to, and a laboratory with other keys. */
let lost: TestStore
let restored: TestStore
let stranger: TestStore
beforeAll(async () => {
  lost = await createTestStore()
  restored = await createTestStore(lost.sealer)
  stranger = await createTestStore()
})
afterAll(() => Promise.all([lost, restored, stranger].map((fixture) => fixture.close())))

type Changes = Parameters<typeof draft>
const accept = async ({ store }: TestStore, ...changes: Changes) =>
  (await store.submissions.accept(draft(...changes))).submission
const idsOf = ({ documentId, setId }: { documentId: string; setId: string }) => ({
  documentId,
  setId,
})
let number = 0
const nextId = () => `identity-${++number}`

test('a result sent again into a restored database has the ids the registry knows', async () => {
  const resultId = nextId()
  const before = await accept(lost, { resultId })
  const after = await accept(restored, { resultId })
  expect(after.id).not.toBe(before.id)
  expect(idsOf(after)).toEqual(idsOf(before))
})

test('whatever its content has become: the registry is to say that it has another one', async () => {
  const resultId = nextId()
  const before = await accept(lost, { resultId })
  expect(idsOf(await accept(restored, { resultId, value: '9' }))).toEqual(idsOf(before))
  const next = nextId()
  const first = await accept(lost, { resultId: next })
  expect(idsOf(await accept(restored, { resultId: next, version: 3 }))).toEqual(idsOf(first))
})

test('other results, laboratories and keys have other ids', async () => {
  const resultId = nextId()
  const one = await accept(lost, { resultId })
  await lost.store.organizations.save({ ...LABORATORY, id: 'lab-other' })
  const others = [
    await accept(lost, { resultId: nextId() }),
    await accept(lost, { resultId, organizationId: 'lab-other' }),
    await accept(stranger, { resultId }),
  ]
  for (const other of others) {
    expect(other.documentId).not.toBe(one.documentId)
    expect(other.setId).not.toBe(one.setId)
  }
})

test('a final result has the id of a first version, however many preliminary ones came before', async () => {
  const resultId = nextId()
  const preliminary = await accept(lost, { resultId, status: 'preliminary', value: '1' })
  await accept(lost, { resultId, status: 'preliminary', value: '2' })
  const final = await accept(lost, { resultId })
  expect(final.documentId).not.toBe(preliminary.documentId)
  expect(idsOf(await accept(restored, { resultId }))).toEqual(idsOf(final))
})

test('later versions keep their set and get ids that follow from their number', async () => {
  const resultId = nextId()
  const versions = async (fixture: TestStore) => {
    const first = await accept(fixture, { resultId })
    await bringTo(fixture.store, first, { phase: 'needs-correction' })
    await correct(fixture, first.id, resultId)
    const second = await fixture.store.submissions.find(LABORATORY.id, first.id)
    const third = await accept(fixture, { resultId, version: 2, status: 'corrected', value: '3' })
    return [first, second, third].map((view) => view?.documentId)
  }
  const ids = await versions(lost)
  expect(new Set(ids).size).toBe(3)
  expect(await versions(restored)).toEqual(ids)
})

test('a correction of what has been replaced meanwhile is refused: a set is a line', async () => {
  const resultId = nextId()
  const first = await accept(lost, { resultId })
  await accept(lost, { resultId, version: 2, status: 'corrected', value: '2' })
  await bringTo(lost.store, first, { phase: 'needs-correction' })
  expect(await correct(lost, first.id, resultId)).toMatchObject({ kind: 'replaced' })
})

test('two versions of a result that arrive at once are first and second, not two firsts', async () => {
  const resultId = nextId()
  const [one, two] = await Promise.all([
    accept(lost, { resultId }),
    accept(lost, { resultId, version: 2, value: '2' }),
  ])
  expect(one.setId).toBe(two.setId)
  expect(one.documentId === two.documentId).toBe(one.id === two.id)
})

function correct({ store }: TestStore, submissionId: string, resultId: string) {
  return store.submissions.addCorrection({
    organizationId: LABORATORY.id,
    submissionId,
    report: report({ resultId, value: '8' }),
    contentDigest: randomUUID(),
    changedFields: ['/observations/0/value'],
    actor: 'key-2',
    reason: 'опечатка',
  })
}
