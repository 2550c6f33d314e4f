import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Patient } from '../../../domain/report/report.ts'
import { createTestStore, holding, LABORATORY, type TestStore } from '../../support/store.ts'
import { ANNA, draft, stepKey } from './drafts.ts'

let fixture: TestStore
let database: pg.Client
let number = 0
beforeAll(async () => {
  fixture = await createTestStore()
  database = new pg.Client({ connectionString: fixture.url })
  await database.connect()
})
afterAll(async () => {
  await database.end()
  await fixture.close()
})

const person = (): Patient => ({ ...ANNA, snils: `2233445${String(++number).padStart(4, '0')}` })
const accept = async (patient: Patient = person()) =>
  (await fixture.store.submissions.accept(draft({ resultId: `r-${++number}`, patient }))).submission
async function isPatientKept(submissionId: string): Promise<boolean> {
  const { rows } = await database.query(
    `SELECT p.wrapped_key IS NOT NULL AS kept, p.snils_index IS NOT NULL AS findable
     FROM submission s JOIN patient p ON p.id = s.patient_id WHERE s.id = $1`,
    [submissionId],
  )
  expect(rows[0].kept).toBe(rows[0].findable)
  return rows[0].kept
}
const blob = (kind: 'evidence' | 'destruction-certificate') => ({
  id: randomUUID(),
  kind,
  mediaType: 'text/plain',
  bytes: Buffer.from(kind),
})

describe('destruction', () => {
  test('leaves the certificate readable and nothing else', async () => {
    const { id } = await accept()
    const certificate = blob('destruction-certificate')
    expect(await fixture.store.retention.erase(id)).toEqual({ erased: 2 })
    await fixture.store.journal.commit({
      key: stepKey(id, 'destroy'),
      outcome: 'destroyed',
      patch: { phase: 'destroyed' },
      events: [],
      blobs: [certificate],
      destruction: { certificateBlobId: certificate.id },
    })
    expect(await fixture.store.retention.erase(id), 'repeated').toEqual({ erased: 2 })
    const read = fixture.store.artefacts.read
    await expect(read(id, 'source')).rejects.toMatchObject({ code: 'content-unreadable' })
    await expect(fixture.store.cases.load(id, 1)).rejects.toMatchObject({
      code: 'content-unreadable',
    })
    expect((await read(id, 'destruction-certificate'))?.bytes).toEqual(certificate.bytes)
    expect(await isPatientKept(id)).toBe(false)
    const view = await fixture.store.submissions.find(LABORATORY.id, id)
    expect(view?.phase).toBe('destroyed')
  })

  test('spares a patient whom another result or a consent still needs', async () => {
    const patient = person()
    const [first, second] = await Promise.all([accept(patient), accept(patient)])
    await fixture.store.retention.erase(first.id)
    expect(await isPatientKept(first.id)).toBe(true)
    await fixture.store.retention.erase(second.id)
    expect(await isPatientKept(second.id)).toBe(false)

    const consenting = person()
    const third = await accept(consenting)
    await fixture.store.consentRegister.register({
      organizationId: LABORATORY.id,
      number: 'C-1',
      givenAt: new Date(),
      scope: 'full',
      analyses: [],
      confirmationMethod: 'paper',
      validUntil: null,
      patient: consenting,
      actor: 'key-1',
    })
    await fixture.store.retention.erase(third.id)
    const { rows } = await database.query(
      'SELECT count(*)::int AS kept FROM patient p JOIN consent c ON c.patient_id = p.id WHERE p.wrapped_key IS NOT NULL',
    )
    expect(rows).toEqual([{ kept: 1 }])
  })

  test('is undone for a patient who comes again', async () => {
    const patient = person()
    const first = await accept(patient)
    await fixture.store.retention.erase(first.id)
    const next = await accept(patient)
    expect(await isPatientKept(next.id)).toBe(true)
  })

  test('does not pass a hold', async () => {
    const { id } = await accept()
    await fixture.store.retention.placeHold(holding(id))
    expect((await fixture.store.cases.load(id, 1)).holdReason).toBe('судебный запрос')
    await expect(fixture.store.retention.erase(id)).rejects.toMatchObject({ code: 'legal-hold' })
    await fixture.store.retention.releaseHold(holding(id))
    expect(await fixture.store.retention.erase(id)).toEqual({ erased: 2 })
  })

  test('of an unknown submission is refused', async () => {
    const { erase, placeHold } = fixture.store.retention
    await expect(erase(randomUUID())).rejects.toMatchObject({ code: 'submission-not-found' })
    const unknown = { code: 'submission-not-found' }
    await expect(placeHold(holding('nonsense'))).rejects.toMatchObject(unknown)
    const { id } = await accept()
    await expect(placeHold(holding(id, 'another'))).rejects.toMatchObject(unknown)
  })
})

describe('artefacts', () => {
  test('open under their own id alone', async () => {
    const { id } = await accept()
    const [source, report] = await fixture.store.artefacts.readAll(id)
    expect([source?.kind, report?.kind]).toEqual(['source', 'report'])
    await database.query(
      `UPDATE blob SET ciphertext = other.ciphertext, wrapped_key = other.wrapped_key
       FROM blob AS other WHERE blob.id = $1 AND other.id = $2`,
      [source?.id, report?.id],
    )
    await expect(fixture.store.artefacts.readById(source?.id ?? '')).rejects.toMatchObject({
      code: 'content-unreadable',
    })
    expect(await fixture.store.artefacts.readById(report?.id ?? '')).toEqual(report)
  })

  test('from outside the workflow are added once', async () => {
    const { id } = await accept()
    const evidence = blob('evidence')
    await fixture.store.artefacts.add(id, 1, evidence)
    await fixture.store.artefacts.add(id, 1, { ...evidence, bytes: Buffer.from('other') })
    expect((await fixture.store.artefacts.readById(evidence.id))?.bytes).toEqual(evidence.bytes)
    expect(await fixture.store.artefacts.readAll(id)).toHaveLength(3)
    expect(await fixture.store.artefacts.read(id, 'evidence', 2)).toBeUndefined()
    expect(await fixture.store.artefacts.readById('nonsense')).toBeUndefined()
  })

  test('of a kind are answered by the newest', async () => {
    const { id } = await accept()
    await fixture.store.artefacts.add(id, 1, blob('evidence'))
    const newest = blob('evidence')
    await fixture.store.artefacts.add(id, 1, newest)
    expect((await fixture.store.artefacts.read(id, 'evidence'))?.id).toBe(newest.id)
  })
})
