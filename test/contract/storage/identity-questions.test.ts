import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { IdentityDecision } from '../../../adapters/storage/identity-decisions.ts'
import { askAboutIdentity } from '../../../adapters/storage/identity-questions.ts'
import type { SubmissionView } from '../../../adapters/storage/port.ts'
import type { Statements } from '../../../adapters/storage/statements.ts'
import { createStatements } from '../../../adapters/storage/statements.ts'
import type { Patient } from '../../../domain/report/report.ts'
import type { QuestionCode } from '../../../domain/submission/question.ts'
import { createTestStore, LABORATORY, type TestStore } from '../../support/store.ts'
import { ANNA, bringTo, draft } from './drafts.ts'

let fixture: TestStore
let database: pg.Pool
let db: Statements
let number = 0
beforeAll(async () => {
  fixture = await createTestStore()
  database = new pg.Pool({ connectionString: fixture.url })
  db = createStatements(database, ({ sql }) => String(sql.length))
})
afterAll(async () => {
  await database.end()
  await fixture.close()
})

const next = () => {
  number += 1
  return number
}
/** A person nobody else in this file is, known by every number. */
function person(changes: Partial<Patient> = {}): Patient {
  const digits = String(next()).padStart(4, '0')
  const numbers = {
    snils: `7654321${digits}`,
    policy: `111122223333${digits}`,
    localId: `q-${digits}`,
  }
  return { ...ANNA, ...numbers, localIdSystem: 'LIS', ...changes }
}
/** Each a moment after the last. */
async function accept(patient: Patient) {
  tick()
  const resultId = `q-${next()}`
  const accepted = await fixture.store.submissions.accept(draft({ resultId, patient }))
  return {
    ...accepted,
    id: accepted.submission.id,
    codes: accepted.warnings.map(({ code }) => code),
  }
}
async function register(patient: Patient) {
  tick()
  const { consent } = await fixture.store.consentRegister.register({
    organizationId: LABORATORY.id,
    number: `Q-${next()}`,
    givenAt: new Date('2026-02-01T00:00:00Z'),
    scope: 'full',
    analyses: [],
    confirmationMethod: 'paper',
    validUntil: null,
    patient,
    actor: 'key-1',
  })
  return consent
}
function tick(): void {
  fixture.clock.now = new Date(fixture.clock.now.getTime() + 1000)
}
const ask = (id: string) => askAboutIdentity(db, id, fixture.clock.now)
async function open(id: string): Promise<QuestionCode[]> {
  const rows = await db.$queryRaw<{ code: QuestionCode }[]>`
    SELECT code FROM question WHERE submission_id = ${id}::uuid AND decided_at IS NULL ORDER BY code`
  return rows.map(({ code }) => code)
}
async function decide(submissionId: string, code: IdentityDecision['code'], decision: string) {
  tick()
  await fixture.store.questions.decide({
    ...{ organizationId: LABORATORY.id, submissionId, code, decision },
    ...{ actor: 'key-1', reason: 'спросили' },
  })
}
const consentsOf = async (id: string) =>
  (await fixture.store.consentLookup.ofPatient(id)).map((consent) => consent.id)
/** Whether a person has to answer before anything of it leaves; the claim of a send asks again. */
const isBarred = async ({ id }: SubmissionView) =>
  (await fixture.store.cases.claimSend({ submissionId: id, version: 1 })).kind === 'questioned'

describe('another name or birth date under one number', () => {
  test.each([
    ['family name', { familyName: 'Замужнева' }],
    ['given name', { givenName: 'Мария' }],
    ['birth date', { birthDate: '1999-09-09' }],
  ])('%s: is a warning at intake and a question before sending', async (_, change) => {
    const anna = person()
    expect((await accept(anna)).codes).toEqual([])
    const other = await accept({ ...anna, ...change })
    expect(other.codes).toEqual(['identity-differs'])
    expect(await open(other.id)).toEqual(['identity-differs'])
    expect(await isBarred(other.submission)).toBe(true)
    expect(await ask(other.id), 'asked once').toEqual(['identity-differs'])
  })

  test('is not a matter of case, ё, spaces, or of what one side does not state', async () => {
    const anna = person({ familyName: 'Семёнова' })
    await accept(anna)
    const spelt = await accept({ ...anna, familyName: ' СЕМЕНОВА', phone: '+70000000000' })
    expect(spelt.codes).toEqual([])
    expect((await accept({ ...anna, birthDate: undefined })).codes).toEqual([])
  })

  test('says where to look, without a word of what differs', async () => {
    const anna = person()
    const first = await accept(anna)
    const consent = await register(anna)
    const other = await accept({ ...anna, familyName: 'Замужнева' })
    const rows = await db.$queryRaw<{ details: unknown }[]>`
      SELECT details FROM question WHERE submission_id = ${other.id}::uuid`
    expect(rows).toEqual([{ details: { submissions: [first.id], consents: [consent.id] } }])
  })

  test('is asked about once: a confirmed surname is remembered, and the old one stays known', async () => {
    const anna = person()
    await accept(anna)
    const married = { ...anna, familyName: 'Замужнева' }
    const [one, two] = [await accept(married), await accept(married)]
    await decide(one.id, 'identity-differs', 'same-person')
    expect([...(await open(one.id)), ...(await open(two.id))]).toEqual([])
    expect(await ask(two.id)).toEqual([])
    expect((await accept(married)).codes).toEqual([])
    expect((await accept(anna)).codes).toEqual([])
    expect((await accept({ ...anna, familyName: 'Третья' })).codes).toEqual(['identity-differs'])
  })

  test('that is another person’s finds no consent, and what rests on one does not leave', async () => {
    const anna = person()
    const consent = await register(anna)
    await accept(anna)
    const stranger = await accept({ ...anna, familyName: 'Чужова', givenName: 'Зоя' })
    await bringTo(fixture.store, stranger.submission, { phase: 'signing', consentId: consent.id })
    expect(await isBarred(stranger.submission)).toBe(true)
    await decide(stranger.id, 'identity-differs', 'another-person')
    expect(await consentsOf(stranger.id)).toEqual([])
    expect(await isBarred(stranger.submission), 'whatever its basis').toBe(true)
    expect(await consentsOf((await accept(anna)).id), 'hers are hers').toEqual([consent.id])
  })

  test('of a consent that came later is asked about when the result rests on it', async () => {
    const anna = person()
    const result = await accept(anna)
    const consent = await register({ ...anna, familyName: 'Чужова' })
    expect(await ask(result.id)).toEqual([])
    await bringTo(fixture.store, result.submission, { phase: 'signing', consentId: consent.id })
    expect(await ask(result.id)).toEqual(['identity-differs'])
    await decide(result.id, 'identity-differs', 'another-person')
    expect(await consentsOf(result.id)).toEqual([])
    expect(await ask(result.id)).toEqual([])
  })

  test('is nobody else’s matter: without a number, and in another organisation', async () => {
    const unnumbered = { snils: undefined, policy: undefined, localId: undefined }
    await accept(person(unnumbered))
    expect((await accept(person({ ...unnumbered, familyName: 'Иная' }))).codes).toEqual([])
  })
})

describe('a number that has met two people', () => {
  test('asks a person about every result known by it alone, also those that came before', async () => {
    const localId = 'two-1'
    const weak = person({ snils: undefined, policy: undefined, localId })
    const early = await accept(weak)
    await accept(person({ localId }))
    expect(await ask(early.id)).toEqual([])
    await accept(person({ localId }))
    expect(await ask(early.id)).toEqual(['identity-ambiguous'])
    expect((await accept(weak)).codes).toEqual(['identity-ambiguous'])
    expect((await accept(person({ localId }))).codes, 'known by more').toEqual([])
  })

  test('names its holder again when a person says it is one, and wakes who waits', async () => {
    const policy = '4444555566667777'
    const holder = person({ policy })
    const consent = await register(holder)
    await accept({ ...holder, snils: '99999999999' })
    const waiting = await accept(person({ snils: undefined, policy }))
    await bringTo(fixture.store, waiting.submission, { phase: 'awaiting-consent' })
    expect(await consentsOf(waiting.id)).toEqual([])
    await decide(waiting.id, 'identity-ambiguous', 'one-person')
    expect(await open(waiting.id)).toEqual([])
    expect(await consentsOf(waiting.id)).toEqual([consent.id])
    const news = await fixture.store.outbox.claimFor(waiting.id, 0)
    expect(news.map(({ message }) => message.kind)).toContain('consent-changed')
    await accept(person({ policy }))
    expect(await consentsOf(waiting.id), 'a third one comes').toEqual([])
    expect(await ask(waiting.id)).toEqual(['identity-ambiguous'])
  })

  test('of several people finds nobody, and asks no more', async () => {
    const policy = '4444555566668888'
    const consent = await register(person({ policy }))
    await accept(person({ policy }))
    const weak = await accept(person({ snils: undefined, policy }))
    await bringTo(fixture.store, weak.submission, { phase: 'signing', consentId: consent.id })
    expect(await isBarred(weak.submission)).toBe(true)
    await decide(weak.id, 'identity-ambiguous', 'several-people')
    expect(await consentsOf(weak.id)).toEqual([])
    expect(await ask(weak.id)).toEqual([])
  })

  test('does not become one person’s when the other is erased', async () => {
    const localId = 'two-2'
    const consent = await register(person({ localId }))
    const other = await accept(person({ localId }))
    await fixture.store.retention.erase(other.id)
    const weak = await accept(person({ snils: undefined, policy: undefined, localId }))
    expect(await consentsOf(weak.id)).toEqual([])
    expect(consent.withdrawnAt).toBeNull()
    expect(weak.codes, 'nobody has decided').toEqual(['identity-ambiguous'])
    await decide(weak.id, 'identity-ambiguous', 'several-people')
    expect(await ask(weak.id)).toEqual([])
  })
})

test('other questions are none of its business', async () => {
  const { id } = await accept(person())
  await decide(id, 'which-word', 'newest')
  expect(await open(id)).toEqual([])
})

test('a birth date that a person corrects is that person’s word: nobody is asked again', async () => {
  const anna = person()
  await register(anna)
  const wrong = await accept({ ...anna, birthDate: '1999-01-01' })
  await bringTo(fixture.store, wrong.submission, { phase: 'needs-correction' })
  const { report, contentDigest } = draft({
    resultId: wrong.submission.sourceId,
    patient: { ...anna, birthDate: '1987-11-24' },
  })
  const stored = await fixture.store.submissions.addCorrection({
    ...{ organizationId: LABORATORY.id, submissionId: wrong.id, report, contentDigest },
    ...{ changedFields: ['/patient/birthDate'], actor: 'key-1', reason: 'опечатка' },
  })
  expect(stored.kind).toBe('stored')
  expect(await ask(wrong.id)).toEqual([])
})
