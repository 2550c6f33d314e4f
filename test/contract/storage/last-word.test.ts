import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SubmissionView } from '../../../adapters/storage/port.ts'
import { createTestStore, LABORATORY, type TestStore } from '../../support/store.ts'
import { ANNA, bringTo, draft } from './drafts.ts'

let fixture: TestStore
let observer: pg.Client
let number = 0
const nextId = () => `word-${++number}`
beforeAll(async () => {
  fixture = await createTestStore()
  observer = new pg.Client({ connectionString: fixture.url })
  await observer.connect()
})
afterAll(async () => {
  await observer.end()
  await fixture.close()
})

type Changes = NonNullable<Parameters<typeof draft>[0]>
/** A message of a format without versions. */
const say = (resultId: string, value: string, changes: Partial<Changes> = {}) => {
  const said = draft({ resultId, value, ...changes })
  const { version: _, ...source } = said.report.source
  return fixture.store.submissions.accept({
    ...said,
    report: { ...said.report, source },
    word: changes.word ?? {},
  })
}
const corrected = (resultId: string, value: string, changes: Partial<Changes> = {}) =>
  say(resultId, value, { status: 'corrected', ...changes })
const find = (view: SubmissionView) =>
  fixture.store.submissions.find(LABORATORY.id, view.id) as Promise<SubmissionView>
const pending = async ({ id }: SubmissionView) =>
  (await fixture.store.outbox.claimFor(id, 0)).map(({ message }) => message)
const wayOf = async ({ id }: SubmissionView, version = 1) =>
  (await fixture.store.cases.load(id, version)).way
const measured = async ({ id }: SubmissionView) => {
  const [first] = (await fixture.store.cases.load(id, 1)).report.observations
  return first?.value?.kind === 'quantity' ? first.value.value : undefined
}
const decide = (view: SubmissionView, decision: string) =>
  fixture.store.questions.decide({
    ...{ organizationId: LABORATORY.id, submissionId: view.id, code: 'which-word', decision },
    ...{ actor: 'key-2', reason: 'звонок в лабораторию' },
  })

test('the last word said again later outweighs what comes late in between', async () => {
  const resultId = nextId()
  const at = (hour: number) => ({ issuedAt: `2026-03-01T${hour}:00:00+03:00` })
  const first = await say(resultId, '112', { word: at(10) })
  expect((await say(resultId, '112', { word: at(12) })).kind).toBe('repeated')
  expect((await corrected(resultId, '120', { word: at(11) })).kind).toBe('outdated')
  expect(await wayOf(first.submission)).toEqual({ kind: 'clear' })
})

describe('corrections without versions', () => {
  test('each takes the place of the one before: 112, 120, 130, 99', async () => {
    const resultId = nextId()
    const line = [await say(resultId, '112')]
    for (const value of ['120', '130', '99']) line.push(await corrected(resultId, value))
    expect(line.map(({ kind }) => kind)).toEqual(['created', 'created', 'created', 'created'])
    const views = await Promise.all(line.map(({ submission }) => find(submission)))
    expect(views.map(({ replaces }) => replaces)).toEqual([
      null,
      ...views.slice(0, 3).map(({ id }) => id),
    ])
    expect(views.map(({ standing }) => standing)).toEqual([
      ...Array(3).fill('superseded'),
      'current',
    ])
    const last = views[3] as SubmissionView
    expect(await measured(last)).toBe('99')
    expect(await fixture.store.cases.load(last.id, 1)).toMatchObject({ versionNumber: 4 })
  })

  test('go back to an earlier value: 112, 120, 112 is 112, and a late retry of the first is a repeat', async () => {
    const resultId = nextId()
    await say(resultId, '112', { word: { sentAt: '2026-03-01T10:00:00+03:00', messageId: 'a' } })
    await corrected(resultId, '120', {
      word: { sentAt: '2026-03-01T11:00:00+03:00', messageId: 'b' },
    })
    const back = await corrected(resultId, '112', {
      word: { sentAt: '2026-03-01T12:00:00+03:00', messageId: 'c' },
    })
    const retry = await say(resultId, '112', {
      word: { sentAt: '2026-03-01T10:00:00+03:00', messageId: 'a' },
    })
    expect([back.kind, retry.kind]).toEqual(['created', 'repeated'])
    expect(await wayOf(back.submission)).toEqual({ kind: 'clear' })
  })

  test('that come in the wrong order: the older one is recorded, and never sent', async () => {
    const resultId = nextId()
    await say(resultId, '112', { word: { issuedAt: '2026-03-01T10:00:00+03:00' } })
    const newest = await corrected(resultId, '130', {
      word: { issuedAt: '2026-03-01T12:00:00+03:00' },
    })
    const late = await corrected(resultId, '120', {
      word: { issuedAt: '2026-03-01T11:00:00+03:00' },
    })
    expect([late.kind, late.submission.phase]).toEqual(['outdated', 'cancelled'])
    expect(await pending(late.submission)).toEqual([])
    expect(await wayOf(newest.submission)).toEqual({ kind: 'clear' })
  })
})

test('corrections at one moment stand in a line, each number once', async () => {
  for (let round = 0; round < 10; round += 1) {
    const resultId = nextId()
    await fixture.store.submissions.accept(draft({ resultId }))
    const answers = await Promise.all(
      [2, 3, 4].map((version) =>
        fixture.store.submissions.accept(draft({ resultId, version, value: `${version}` })),
      ),
    )
    const taken = answers.filter(({ kind }) => kind === 'created')
    expect(answers.map(({ kind }) => kind)).not.toContain('repeated')
    const { rows } = await observer.query(
      `SELECT v.version_number AS number, s.standing, s.source_version AS version FROM submission s
       JOIN submission_version v ON v.submission_id = s.id
       WHERE s.source_id = $1 AND v.version_number IS NOT NULL ORDER BY 1`,
      [resultId],
    )
    expect(rows.map((row) => row.number)).toEqual(
      [...Array(taken.length + 1).keys()].map((n) => n + 1),
    )
    expect(rows.filter((row) => row.standing !== 'superseded')).toEqual([
      expect.objectContaining({ version: 4 }),
    ])
  }
})

test('a run that was replaced is told so, and may not send what it has', async () => {
  const resultId = nextId()
  const { submission } = await say(resultId, '112')
  const next = await corrected(resultId, '120')
  expect(await wayOf(submission)).toEqual({ kind: 'superseded', reason: 'superseded' })
  expect(await fixture.store.cases.claimSend({ submissionId: submission.id, version: 1 })).toEqual({
    kind: 'superseded',
    reason: 'superseded',
  })
  expect(await pending(submission)).toEqual([
    expect.objectContaining({ kind: 'start-submission' }),
    { kind: 'superseded', submissionId: submission.id, reason: 'superseded' },
  ])
  expect(await wayOf(next.submission)).toEqual({ kind: 'clear' })
})

test('what may have got to the registry comes first', async () => {
  const resultId = nextId()
  const { submission } = await say(resultId, '112')
  const version = { submissionId: submission.id, version: 1 }
  expect(await fixture.store.cases.claimSend(version)).toEqual({ kind: 'clear' })
  const next = (await corrected(resultId, '120')).submission
  expect(await wayOf(next)).toEqual({ kind: 'earlier-out' })
  await bringTo(fixture.store, submission, { phase: 'cancelled' })
  expect(await wayOf(next)).toEqual({ kind: 'clear' })
})

describe('what nothing puts in order', () => {
  async function contest() {
    const resultId = nextId()
    const head = (await say(resultId, '112')).submission
    const contested = (await say(resultId, '115')).submission
    return { resultId, head, contested }
  }
  test('holds back the last word until a person decides for it', async () => {
    const { head, contested } = await contest()
    expect(await wayOf(head)).toEqual({ kind: 'questioned' })
    expect(await decide(contested, 'outdated')).toMatchObject({ kind: 'decided' })
    expect(await wayOf(head)).toEqual({ kind: 'clear' })
    expect(await find(contested)).toMatchObject({ phase: 'cancelled', reason: 'outdated' })
    expect((await pending(head)).map(({ kind }) => kind)).toContain('way-cleared')
    expect(await decide(contested, 'outdated'), 'twice').toEqual({ kind: 'not-asked' })
  })

  test('takes the place of the last word where a person says so', async () => {
    const { head, contested } = await contest()
    await decide(contested, 'newest')
    expect(await find(contested)).toMatchObject({
      ...{ phase: 'checking-consent', standing: 'current', replaces: head.id, setId: head.setId },
    })
    expect(await wayOf(head)).toEqual({ kind: 'superseded', reason: 'superseded' })
    expect((await pending(contested)).map(({ kind }) => kind)).toContain('start-submission')
    expect(await fixture.store.cases.load(contested.id, 1)).toMatchObject({ versionNumber: 2 })
  })

  test('may be another result under a number used again: both go their way', async () => {
    const { head, contested } = await contest()
    await decide(contested, 'another-result')
    const other = await find(contested)
    expect(other).toMatchObject({ phase: 'checking-consent', replaces: null })
    expect(other.setId).not.toBe(head.setId)
    expect(await wayOf(head)).toEqual({ kind: 'clear' })
    expect(await wayOf(other)).toEqual({ kind: 'clear' })
  })

  test('is settled by a correction that comes after it', async () => {
    const { resultId, head, contested } = await contest()
    const next = await corrected(resultId, '120')
    expect(await find(contested)).toMatchObject({ standing: 'outdated', phase: 'cancelled' })
    expect(await wayOf(head)).toMatchObject({ kind: 'superseded' })
    expect(await wayOf(next.submission)).toEqual({ kind: 'clear' })
  })

  test('is decided with an event and an audit entry in one commit', async () => {
    const { contested } = await contest()
    await decide(contested, 'outdated')
    const { rows } = await observer.query(
      'SELECT action, actor, target FROM audit_entry WHERE submission_id = $1',
      [contested.id],
    )
    expect(rows).toEqual([
      { action: 'submission.decide', actor: 'key-2', target: 'which-word/outdated' },
    ])
  })
})

describe('another analysis under a known number', () => {
  test('is another result, also when it is marked as corrected', async () => {
    const resultId = nextId()
    const blood = await say(resultId, '112', { analysis: 'CBC' })
    const biochemistry = await corrected(resultId, '5', { analysis: 'BIO' })
    expect(biochemistry.kind).toBe('created')
    expect(biochemistry.submission).toMatchObject({ replaces: null })
    expect(biochemistry.submission.setId).not.toBe(blood.submission.setId)
    expect(await wayOf(blood.submission)).toEqual({ kind: 'clear' })
  })
})

describe('another patient under a known number', () => {
  const BORIS = {
    ...ANNA,
    familyName: 'Проверкин',
    snils: '16012345670',
    policy: '1122334455667788',
    localId: 'local-boris',
  }

  test('by a correction: what stands is withdrawn, and a new set begins that names nothing of the old one', async () => {
    const resultId = nextId()
    const wrong = (await say(resultId, '112')).submission
    const right = (await corrected(resultId, '112', { patient: BORIS })).submission
    expect(right).toMatchObject({ replaces: null, phase: 'checking-consent' })
    expect(right.setId).not.toBe(wrong.setId)
    expect(await fixture.store.cases.load(right.id, 1)).toMatchObject({
      versionNumber: 1,
      replacesDocumentId: undefined,
    })
    expect(await wayOf(wrong)).toEqual({ kind: 'superseded', reason: 'other-patient' })
    expect(await pending(wrong)).toContainEqual({
      ...{ kind: 'superseded', submissionId: wrong.id, reason: 'other-patient' },
    })
    const next = await corrected(resultId, '99', { patient: BORIS })
    expect(next.submission, 'the line goes on in the new set').toMatchObject({ replaces: right.id })
  })

  test('of a result that is kept: its run is told to withdraw it', async () => {
    const resultId = nextId()
    const wrong = (await say(resultId, '112')).submission
    await bringTo(fixture.store, wrong, { phase: 'retained' })
    await corrected(resultId, '112', { patient: BORIS })
    expect(await pending(wrong)).toContainEqual(
      expect.objectContaining({ kind: 'superseded', reason: 'other-patient' }),
    )
  })

  test('without the mark of a correction is a number used again, or a mistake: a person decides', async () => {
    const resultId = nextId()
    const first = (await say(resultId, '112', { word: { sentAt: '2026-03-01T10:00:00Z' } }))
      .submission
    const other = await say(resultId, '7', {
      patient: BORIS,
      word: { sentAt: '2026-03-02T10:00:00Z' },
    })
    expect(other.kind).toBe('contested')
    await decide(other.submission, 'newest')
    expect(await wayOf(first)).toEqual({ kind: 'superseded', reason: 'other-patient' })
    expect(await find(other.submission)).toMatchObject({ replaces: null })
  })

  test('is never a correction by a person', async () => {
    const resultId = nextId()
    const { submission } = await say(resultId, '112')
    await bringTo(fixture.store, submission, { phase: 'needs-correction' })
    const { report, contentDigest } = draft({ resultId, patient: BORIS })
    const stored = await fixture.store.submissions.addCorrection({
      ...{ organizationId: LABORATORY.id, submissionId: submission.id, report, contentDigest },
      ...{ changedFields: [], actor: 'key-2', reason: 'перепутан' },
    })
    expect(stored.kind).toBe('other-patient')
  })
})

test('a result that the laboratory takes back is withdrawn, and may be given again', async () => {
  const resultId = nextId()
  const { submission } = await say(resultId, '112')
  const back = await say(resultId, '112', { status: 'cancelled' })
  expect([back.kind, back.submission.phase, back.submission.reason]).toEqual([
    'withdrawn',
    'cancelled',
    'cancelled-by-laboratory',
  ])
  expect(await wayOf(submission)).toEqual({ kind: 'superseded', reason: 'cancelled-by-laboratory' })
  const again = await corrected(resultId, '113')
  expect(again.submission).toMatchObject({ replaces: back.submission.id })
  expect(await fixture.store.cases.load(again.submission.id, 1)).toMatchObject({ versionNumber: 2 })
})
