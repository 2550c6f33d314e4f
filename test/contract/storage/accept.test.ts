import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Priority } from '../../../domain/submission/priority.ts'
import { createTestStore, LABORATORY, type TestStore } from '../../support/store.ts'
import { bringTo, draft, POLICY, report } from './drafts.ts'

let fixture: TestStore
let number = 0
const nextId = () => `accept-${++number}`
beforeAll(async () => {
  fixture = await createTestStore()
})
afterAll(() => fixture.close())

const accept = (...changes: Parameters<typeof draft>) =>
  fixture.store.submissions.accept(draft(...changes))
const load = (submissionId: string) => fixture.store.cases.load(submissionId, 1)
const pending = async (submissionId: string) =>
  (await fixture.store.outbox.claimFor(submissionId, 0)).map((entry) => entry.message)

describe('a new result', () => {
  test('is stored with its event, its sealed contents and the row that starts the workflow', async () => {
    const resultId = nextId()
    const { kind, submission } = await accept({ resultId })
    expect(kind).toBe('created')
    expect(submission).toMatchObject({
      organizationId: LABORATORY.id,
      phase: 'checking-consent',
      status: 'processing',
      version: 1,
      sourceSystem: 'LIS',
      sourceId: resultId,
      sourceVersion: 1,
      analysisCode: 'CBC',
      replaces: null,
      replacedBy: null,
      lastVerdict: null,
      issues: [],
      attempts: [],
      answers: [],
      artefacts: ['report', 'source'],
      receivedAt: fixture.clock.now,
    })
    expect(submission.versions).toEqual([
      expect.objectContaining({ version: 1, actor: 'key-1', createdAt: fixture.clock.now }),
    ])
    expect(await pending(submission.id)).toEqual([
      {
        kind: 'start-submission',
        priority: Priority.routine,
        submissionId: submission.id,
        version: 1,
        organizationId: LABORATORY.id,
        registry: 'portal',
        analysisCode: 'CBC',
        policy: POLICY,
      },
    ])
    const events = await fixture.store.submissions.events(LABORATORY.id, submission.id, 0)
    expect(events.map((event) => [event.seq, event.type, event.actor])).toEqual([
      [1, 'submission.accepted', 'key-1'],
    ])
    const stored = await fixture.store.artefacts.read(submission.id, 'source')
    expect(stored?.bytes.toString()).toBe(JSON.stringify(report({ resultId })))
    const loaded = await fixture.store.cases.load(submission.id, 1)
    expect(loaded.report).toEqual(report({ resultId }))
    expect(loaded).toMatchObject({
      versionNumber: 1,
      organization: LABORATORY,
      document: undefined,
    })
  })

  test('posted twenty times at once is one submission', async () => {
    const resultId = nextId()
    const answers = await Promise.all(Array.from({ length: 20 }, () => accept({ resultId })))
    expect(answers.filter(({ kind }) => kind === 'created')).toHaveLength(1)
    expect(answers.filter(({ kind }) => kind === 'repeated')).toHaveLength(19)
    expect(new Set(answers.map(({ submission }) => submission.id)).size).toBe(1)
    expect(await pending(answers[0]?.submission.id ?? '')).toHaveLength(1)
  })

  test('of the same number in another organisation is another submission', async () => {
    await fixture.store.organizations.save({ ...LABORATORY, id: 'lab-other' })
    const resultId = nextId()
    const ours = await accept({ resultId })
    const theirs = await accept({ resultId, organizationId: 'lab-other' })
    expect(theirs.kind).toBe('created')
    expect(theirs.submission.id).not.toBe(ours.submission.id)
    expect(await fixture.store.submissions.find('lab-other', ours.submission.id)).toBeUndefined()
  })
})

describe('a known result', () => {
  test('with other content that nothing puts in order is recorded, and a person is asked', async () => {
    const resultId = nextId()
    const first = await accept({ resultId })
    const second = await accept({ resultId, value: '9.1' })
    expect([second.kind, second.submission.phase, second.submission.standing]).toEqual([
      'contested',
      'awaiting-decision',
      'contested',
    ])
    expect(second.submission.id).not.toBe(first.submission.id)
    expect(await pending(second.submission.id), 'nothing starts but the news of it').toEqual([
      expect.objectContaining({ kind: 'tell', notification: 'question-asked' }),
    ])
    expect((await load(first.submission.id)).way, 'nothing is sent meanwhile').toEqual({
      kind: 'questioned',
    })
  })

  test('of a lower version with new content asks a person, with known content it is a repeat', async () => {
    const resultId = nextId()
    await accept({ resultId, version: 2, value: '1' })
    await accept({ resultId, version: 3 })
    expect((await accept({ resultId, version: 2, value: '1' })).kind).toBe('repeated')
    expect((await accept({ resultId, version: 2, value: '8' })).kind).toBe('contested')
  })

  test('in flight that comes corrected is replaced by a submission of the same set', async () => {
    const resultId = nextId()
    const first = await accept({ resultId })
    const changed = { resultId, status: 'corrected', value: '9.1' } as const
    const answers = await Promise.all(Array.from({ length: 6 }, () => accept(changed)))
    expect(answers.filter(({ kind }) => kind === 'created')).toHaveLength(1)
    const second = answers.find(({ kind }) => kind === 'created')?.submission
    expect(second).toMatchObject({
      replaces: first.submission.id,
      setId: first.submission.setId,
    })
    expect((await fixture.store.cases.load(second?.id ?? '', 1)).versionNumber).toBe(2)
    const old = await fixture.store.submissions.find(LABORATORY.id, first.submission.id)
    expect(old?.replacedBy).toBe(second?.id)
  })

  test('names the registered document that its replacement replaces', async () => {
    const resultId = nextId()
    const { submission } = await accept({ resultId })
    await fixture.store.acknowledgements.receive({
      organizationId: LABORATORY.id,
      answer: {
        ...{ messageId: 'M-1', documentId: submission.documentId, verdict: 'accepted' },
        ...{ registryId: 'REG-1', issues: [], answeredAt: fixture.clock.now },
      },
      raw: Buffer.from('{}'),
      mediaType: 'application/json',
      via: 'poll',
    })
    await bringTo(fixture.store, submission, { phase: 'retained', registryId: 'REG-1' })
    const next = await accept({ resultId, version: 2, value: '2' })
    const { replacesDocumentId } = await fixture.store.cases.load(next.submission.id, 1)
    expect(replacesDocumentId).toBe(submission.documentId)
  })

  test('that needs a correction gets it as its next version', async () => {
    const resultId = nextId()
    const { submission } = await accept({ resultId })
    await bringTo(fixture.store, submission, {
      phase: 'needs-correction',
      lastVerdict: 'rejected',
      issues: [{ code: 'x', pointer: '/a', detail: 'нет', severity: 'error' }],
      reason: 'rejected',
    })
    const corrected = await accept({ resultId, status: 'corrected', value: '7' })
    expect(corrected.kind).toBe('corrects')
    expect(corrected.submission).toMatchObject({
      id: submission.id,
      version: 2,
      setId: submission.setId,
      phase: 'checking-consent',
      lastVerdict: null,
      issues: [],
      reason: null,
    })
    expect(corrected.submission.documentId).not.toBe(submission.documentId)
    expect((await pending(submission.id)).map(({ kind }) => kind)).toEqual([
      'start-submission',
      'corrected',
    ])
    const second = await fixture.store.cases.load(submission.id, 2)
    expect(second).toMatchObject({ versionNumber: 2, version: 2 })
    expect(second.report.observations[0]?.value).toMatchObject({ value: '7' })
    expect((await accept({ resultId })).kind, 'a late retry of the first content').toBe('repeated')
  })
})

describe('a preliminary result', () => {
  test('waits, takes new content, and starts when it is final', async () => {
    const resultId = nextId()
    const first = await accept({ resultId, status: 'preliminary' })
    expect(first.submission.phase).toBe('awaiting-final')
    expect(await pending(first.submission.id)).toEqual([])
    const second = await accept({ resultId, status: 'preliminary', value: '12' })
    expect([second.kind, second.submission.phase, second.submission.version]).toEqual([
      'updated',
      'awaiting-final',
      2,
    ])
    const final = await accept({ resultId, value: '12.1' })
    expect([final.kind, final.submission.phase, final.submission.version]).toEqual([
      'updated',
      'checking-consent',
      3,
    ])
    expect(await pending(first.submission.id)).toEqual([
      expect.objectContaining({ kind: 'start-submission', version: 3 }),
    ])
    expect(final.submission.versions).toHaveLength(3)
    expect(final.submission.setId).toBe(first.submission.setId)
  })

  test('never corrects what waits for a correction', async () => {
    const resultId = nextId()
    const { submission } = await accept({ resultId })
    await bringTo(fixture.store, submission, { phase: 'needs-correction' })
    const next = await accept({ resultId, version: 2, status: 'preliminary', value: '5' })
    expect([next.kind, next.submission.phase]).toEqual(['created', 'awaiting-final'])
  })
})

describe('a correction by a person', () => {
  const input = (submissionId: string, resultId: string) => ({
    organizationId: LABORATORY.id,
    submissionId,
    report: report({ resultId, value: '8' }),
    contentDigest: 'digest-of-correction',
    changedFields: ['/observations/0/value'],
    actor: 'key-2',
    reason: 'опечатка',
  })
  test('is stored once and tells the workflow', async () => {
    const resultId = nextId()
    const { submission } = await accept({ resultId })
    const { addCorrection } = fixture.store.submissions
    expect(await addCorrection(input(submission.id, resultId))).toEqual({
      kind: 'not-waiting',
      version: 1,
    })
    await bringTo(fixture.store, submission, { phase: 'needs-correction' })
    const answers = await Promise.all(
      [1, 2, 3].map(() => addCorrection(input(submission.id, resultId))),
    )
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['not-waiting', 'not-waiting', 'stored'])
    const view = await fixture.store.submissions.find(LABORATORY.id, submission.id)
    expect(view?.versions[1]).toMatchObject({
      version: 2,
      actor: 'key-2',
      changedFields: ['/observations/0/value'],
      reason: 'опечатка',
      documentId: view?.documentId,
    })
    expect((await pending(submission.id)).at(-1)).toEqual({
      kind: 'corrected',
      submissionId: submission.id,
      version: 2,
      actor: 'key-2',
    })
  })
  test('of a foreign or unknown submission is not found', async () => {
    const resultId = nextId()
    const { submission } = await accept({ resultId })
    const { addCorrection } = fixture.store.submissions
    const foreign = { ...input(submission.id, resultId), organizationId: 'lab-x' }
    expect((await addCorrection(foreign)).kind).toBe('not-found')
    expect((await addCorrection(input('nonsense', resultId))).kind).toBe('not-found')
  })
})
