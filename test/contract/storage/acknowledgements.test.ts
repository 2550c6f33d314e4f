import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SubmissionView } from '../../../adapters/storage/port.ts'
import { createTestStore, LABORATORY, type TestStore } from '../../support/store.ts'
import { draft, stepKey } from './drafts.ts'

let fixture: TestStore
let number = 0
beforeAll(async () => {
  fixture = await createTestStore()
})
afterAll(() => fixture.close())

const accept = async () =>
  (await fixture.store.submissions.accept(draft({ resultId: `a-${++number}` }))).submission
const answer = (submission: SubmissionView, messageId = 'M-1') => ({
  organizationId: LABORATORY.id,
  answer: {
    messageId,
    documentId: submission.documentId,
    verdict: 'rejected' as const,
    registryId: undefined,
    issues: [{ code: 'E1', pointer: '/patient', detail: 'нет СНИЛС', severity: 'error' as const }],
    answeredAt: new Date('2026-03-01T08:59:00Z'),
  },
  raw: Buffer.from('{"as":"received"}'),
  mediaType: 'application/json',
  via: 'callback' as const,
})

test('an answer delivered ten times at once is stored once and signals once', async () => {
  const submission = await accept()
  const { receive, begin } = fixture.store.acknowledgements
  const results = await Promise.all(Array.from({ length: 10 }, () => receive(answer(submission))))
  expect(results.filter(({ kind }) => kind === 'stored')).toHaveLength(1)
  expect(results.filter(({ kind }) => kind === 'repeated')).toHaveLength(9)
  const stored = results.find((result) => result.kind === 'stored')
  if (stored?.kind !== 'stored') throw new Error('not stored')
  const messages = await fixture.store.outbox.claimFor(submission.id, 0)
  expect(messages.map(({ message }) => message).slice(1)).toEqual([
    {
      kind: 'registry-answered',
      submissionId: submission.id,
      acknowledgementId: stored.acknowledgementId,
    },
  ])
  const key = stepKey(submission.id, 'record-answer')
  expect(await begin(key, stored.acknowledgementId)).toEqual({
    answer: {
      ...answer(submission).answer,
      submissionId: submission.id,
      version: 1,
      retentionMs: 1,
      book: { state: 'refused', verdict: 'rejected' },
    },
  })
  await fixture.store.journal.commit({ key, outcome: { kind: 'processing' }, events: [] })
  expect(await begin(key, stored.acknowledgementId)).toEqual({ done: { kind: 'processing' } })
  const raw = await fixture.store.artefacts.read(submission.id, 'answer', 1)
  expect(raw?.bytes.toString()).toBe('{"as":"received"}')
  const view = await fixture.store.submissions.find(LABORATORY.id, submission.id)
  expect(view?.answers).toEqual([
    {
      id: stored.acknowledgementId,
      documentId: submission.documentId,
      answeredAt: new Date('2026-03-01T08:59:00Z'),
      version: 1,
      verdict: 'rejected',
      registryId: null,
      issues: answer(submission).answer.issues,
      receivedAt: fixture.clock.now,
      via: 'callback',
    },
  ])
  const events = await fixture.store.submissions.events(LABORATORY.id, submission.id, 1)
  expect(events.map(({ seq, type, actor }) => [seq, type, actor])).toEqual([
    [2, 'registry.answer-received', 'registry'],
  ])
  await fixture.store.journal.commit({
    key: stepKey(submission.id, 'record-answer'),
    outcome: null,
    events: [],
    acknowledgementId: stored.acknowledgementId,
  })
})

test('an answer that a step fetched itself leaves no message', async () => {
  const submission = await accept()
  const fetched = { ...answer(submission), via: 'poll' } as const
  expect((await fixture.store.acknowledgements.receive(fetched)).kind).toBe('stored')
  expect((await fixture.store.acknowledgements.receive(fetched)).kind).toBe('repeated')
  expect(await fixture.store.outbox.claimFor(submission.id, 0), 'the start').toHaveLength(1)
})

test('another message about the same document is another answer', async () => {
  const submission = await accept()
  await fixture.store.acknowledgements.receive(answer(submission, 'M-1'))
  const second = await fixture.store.acknowledgements.receive(answer(submission, 'M-2'))
  expect(second.kind).toBe('stored')
})

test('an answer about a document that is not ours is not stored', async () => {
  const submission = await accept()
  const { receive, begin } = fixture.store.acknowledgements
  const input = answer(submission)
  const about = (documentId: string) =>
    receive({ ...input, answer: { ...input.answer, documentId } })
  expect(await about(randomUUID())).toEqual({ kind: 'unknown-document' })
  expect(await about('nonsense')).toEqual({ kind: 'unknown-document' })
  expect(await receive({ ...input, organizationId: 'lab-x' })).toEqual({ kind: 'unknown-document' })
  const key = stepKey(submission.id, 'record-answer')
  for (const unknown of [randomUUID(), 'nonsense'])
    await expect(begin(key, unknown)).rejects.toMatchObject({ code: 'acknowledgement-not-found' })
})
