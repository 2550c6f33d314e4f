import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SubmissionFilter } from '../../../adapters/storage/port.ts'
import { createTestStore, LABORATORY, type TestStore } from '../../support/store.ts'
import { bringTo, draft } from './drafts.ts'

const START = new Date('2026-03-01T00:00:00.000Z').getTime()
const HOUR = 3_600_000
let fixture: TestStore
beforeAll(async () => {
  fixture = await createTestStore()
  for (let index = 0; index < 10; index++) {
    // Two at a time share their time of receipt: the id decides between them.
    fixture.clock.now = new Date(START + Math.floor(index / 2) * HOUR)
    const analysis = index < 3 ? 'LIPID' : 'CBC'
    await fixture.store.submissions.accept(draft({ resultId: `L-${index}`, analysis }))
  }
})
afterAll(() => fixture.close())

const list = (filter: Partial<SubmissionFilter> = {}) =>
  fixture.store.submissions.list(LABORATORY.id, { limit: 100, ...filter })
const sources = async (filter: Partial<SubmissionFilter>) =>
  (await list(filter)).items.map(({ sourceId }) => sourceId).sort()

test('pages follow one another without a gap or a repeat, though results arrive meanwhile', async () => {
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page = await list({ limit: 3, ...(cursor ? { cursor } : {}) })
    seen.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
    fixture.clock.now = new Date(START + 100 * HOUR)
    await fixture.store.submissions.accept(draft({ resultId: `new-${seen.length}` }))
  } while (cursor)
  expect(seen).toHaveLength(10)
  expect(new Set(seen).size).toBe(10)
  const { items } = await list({ to: new Date(START + 50 * HOUR) })
  expect(seen).toEqual(items.map(({ id }) => id))
  const times = items.map(({ receivedAt }) => receivedAt.getTime())
  expect(times).toEqual([...times].sort((a, b) => b - a))
})

test('filters narrow the list', async () => {
  expect(await sources({ analysis: 'LIPID' })).toEqual(['L-0', 'L-1', 'L-2'])
  expect(await sources({ sourceSystem: 'LIS', sourceId: 'L-7' })).toEqual(['L-7'])
  expect(await sources({ sourceSystem: 'OTHER' })).toEqual([])
  const from = new Date(START + HOUR)
  expect(await sources({ from, to: new Date(START + 2 * HOUR) })).toEqual(['L-2', 'L-3'])
  const [first] = (await list({ sourceId: 'L-7' })).items
  if (!first) throw new Error('L-7 is missing')
  await bringTo(fixture.store, first, { phase: 'needs-correction', lastVerdict: 'rejected' })
  expect(await sources({ phase: 'needs-correction' })).toEqual(['L-7'])
  expect(await sources({ status: 'rejected' })).toEqual(['L-7'])
  expect((await fixture.store.submissions.list('lab-x', { limit: 5 })).items).toEqual([])
})

test('a cursor that was not made here is refused', async () => {
  for (const cursor of ['x', '', Buffer.from('12 34').toString('base64url')].filter(Boolean))
    await expect(list({ cursor })).rejects.toMatchObject({ code: 'invalid-cursor' })
})

test('a new result is found as it was answered, also a preliminary one and one that replaces another', async () => {
  const first = await fixture.store.submissions.accept(draft({ resultId: 'F-1' }))
  const changed = {
    resultId: 'F-1',
    version: 2,
    value: '9.1',
    order: { priority: 'stat' },
  } as const
  const second = await fixture.store.submissions.accept(draft(changed))
  const preliminary = { resultId: 'F-2', status: 'preliminary' } as const
  const third = await fixture.store.submissions.accept(draft(preliminary))
  expect((await list({ sourceId: 'F-1' })).items).toHaveLength(2)
  const found = await Promise.all(
    [first, second, third].map(({ submission }) =>
      fixture.store.submissions.find(LABORATORY.id, submission.id),
    ),
  )
  const replaced = {
    ...first.submission,
    ...{ replacedBy: second.submission.id, standing: 'superseded', revision: 3 },
  }
  expect(found).toEqual([replaced, second.submission, third.submission])
})
