import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Patient } from '../../../domain/report/report.ts'
import { createTestStore, LABORATORY, type TestStore } from '../../support/store.ts'
import { ANNA, bringTo, draft } from './drafts.ts'
import { dumpOf, tracesIn } from './dump.ts'
import { HOLD, REASON, REFUSAL, wholeLife } from './whole-life.ts'

// What a database of an older release holds after the migration, and what becomes of it.

let fixture: TestStore
let database: pg.Client
beforeEach(async () => {
  fixture = await createTestStore()
  database = new pg.Client({ connectionString: fixture.url })
  await database.connect()
})
afterEach(async () => {
  await database.end()
  await fixture.close()
})

const TERMS = { answersMs: 1e9, consentsMs: 1e12 }
const tidy = () => fixture.store.retention.tidy(TERMS)
const leftOver = async () => (await database.query('SELECT name FROM old_form')).rows.length
/** As rows were before names were compared and local numbers counted verbatim. */
const ageIdentities = () =>
  database.query('UPDATE patient SET name_index = NULL, birth_index = NULL, local_index = NULL')
const accept = async (resultId: string, patient: Patient) =>
  fixture.store.submissions.accept(draft({ resultId, patient }))
const consent = (patient: Patient) => ({
  organizationId: LABORATORY.id,
  number: 'O-1',
  givenAt: new Date('2026-02-01T00:00:00Z'),
  scope: 'full' as const,
  analyses: [],
  confirmationMethod: 'paper' as const,
  validUntil: null,
  patient,
  actor: 'key-1',
})
const consentsOf = async (id: string) =>
  (await fixture.store.consentLookup.ofPatient(id)).map(({ number }) => number)

test('texts and digests in the clear are readable until they are sealed, and sealed page by page', async () => {
  const { id, values, documentId } = await wholeLife(fixture, database)
  const { rows } = await database.query(
    'SELECT content_digest FROM submission_version ORDER BY version',
  )
  const plain = draft({ resultId: 'L-2', value: '9.9' })
  const { submission } = await fixture.store.submissions.accept(plain)
  await database.query(`UPDATE submission SET content_digest = $1 WHERE id = $2`, [
    plain.contentDigest,
    submission.id,
  ])
  await database.query(
    'UPDATE submission_version SET content_digest = $1 WHERE submission_id = $2',
    [plain.contentDigest, submission.id],
  )
  const issues = JSON.stringify([{ code: 'E1', pointer: '', detail: REFUSAL, severity: 'error' }])
  await database.query('UPDATE submission SET hold_reason = $1, issues = $2 WHERE id = $3', [
    HOLD,
    issues,
    id,
  ])
  await database.query('UPDATE submission_version SET reason = $1 WHERE version = 2', [REASON])
  await database.query('UPDATE audit_entry SET reason = $1', [REASON])
  await database.query('UPDATE acknowledgement SET issues = $1', [issues])
  await database.query('UPDATE document SET digest = $1', ['0'.repeat(64)])
  await database.query(`UPDATE signature SET subject = 'CN=Подписантова'`)
  const before = await fixture.store.submissions.find(LABORATORY.id, id)
  expect(before).toMatchObject({ holdReason: HOLD, issues: [{ detail: REFUSAL }] })
  expect((await fixture.store.submissions.accept(plain)).kind, 'a repeat is still known').toBe(
    'repeated',
  )

  expect((await tidy()).brought).toBeGreaterThan(8)
  expect(await fixture.store.submissions.find(LABORATORY.id, id)).toEqual(before)
  const { document } = await fixture.store.cases.load(id, 1)
  expect(document).toMatchObject({ documentId, digest: '0'.repeat(64) })
  expect(document?.signatures).toMatchObject([{ signer: { subject: 'CN=Подписантова' } }])
  const traces = [...values, plain.contentDigest, '0'.repeat(64), 'Подписантова']
  expect(tracesIn(await dumpOf(database), traces)).toEqual([])
  expect((await fixture.store.submissions.accept(plain)).kind).toBe('repeated')
  const after = await database.query(
    'SELECT content_digest FROM submission_version WHERE submission_id = $1 ORDER BY version',
    [id],
  )
  expect(after.rows, 'what is keyed already stays').toEqual(rows)
  expect((await tidy()).brought).toBe(0)
  expect(await leftOver()).toBe(0)
})

test('people known by СНИЛС or policy find their consents, and their names are compared from now on', async () => {
  const { localId: _, ...anna } = ANNA
  await fixture.store.consentRegister.register(consent(anna))
  await ageIdentities()
  const result = await accept('O-1', ANNA)
  expect(await consentsOf(result.submission.id)).toEqual(['O-1'])
  expect((await fixture.store.consentRegister.register(consent(anna))).kind).toBe('repeated')
  fixture.clock.now = new Date(fixture.clock.now.getTime() + 1000)
  expect((await accept('O-2', { ...ANNA, familyName: 'Замужнева' })).warnings).toHaveLength(1)
  await ageIdentities()
  await tidy()
  fixture.clock.now = new Date(fixture.clock.now.getTime() + 1000)
  const other = await accept('O-3', { ...ANNA, familyName: 'Иная' })
  expect(other.warnings).toMatchObject([{ code: 'identity-differs' }])
  expect((await fixture.store.consentRegister.register(consent(anna))).kind).toBe('repeated')
})

test('people known by a local number alone find no stranger’s consent, and their own when it is registered again', async () => {
  const known = {
    ...ANNA,
    snils: undefined,
    policy: undefined,
    localId: '123-4567',
    localIdSystem: 'LIS',
  }
  const { submission } = await accept('O-1', known)
  const stranger = await accept('O-2', { ...known, localId: '1234-567', familyName: 'Чужова' })
  const registered = await fixture.store.consentRegister.register(consent(known))
  await bringTo(fixture.store, submission, { phase: 'awaiting-consent' })
  await bringTo(fixture.store, stranger.submission, { phase: 'awaiting-consent' })
  // One row for both, as the old hash had it.
  await database.query('UPDATE submission SET patient_id = (SELECT patient_id FROM consent)')
  await database.query(
    'UPDATE submission_version SET patient_id = (SELECT patient_id FROM consent)',
  )
  await ageIdentities()
  await database.query('UPDATE patient SET id = gen_random_uuid()')
  const all = async () => [
    await consentsOf(submission.id),
    await consentsOf(stranger.submission.id),
  ]
  expect(await all()).toEqual([[], []])
  await tidy()
  expect(await all()).toEqual([[], []])
  const again = await fixture.store.consentRegister.register(consent(known))
  expect(again).toEqual({ kind: 'repeated', consent: registered.consent })
  expect(await all()).toEqual([['O-1'], []])
  const news = await fixture.store.outbox.claimFor(submission.id, 0)
  expect(news.map(({ message }) => message.kind)).toContain('consent-changed')
  expect((await tidy()).brought).toBe(0)
})

test('a row whose key is gone holds up nobody', async () => {
  const broken = await accept('O-1', ANNA)
  await accept('O-2', { ...ANNA, snils: '08765430300' })
  await ageIdentities()
  await database.query(
    "UPDATE patient SET key_id = 'lost' WHERE id = (SELECT patient_id FROM submission WHERE id = $1)",
    [broken.submission.id],
  )
  expect((await tidy()).brought).toBe(2)
  expect((await tidy()).brought).toBe(0)
  expect(await leftOver()).toBe(0)
})
