import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestStore, LABORATORY, type TestStore } from '../../support/store.ts'
import { ANNA, draft, report, stepKey } from './drafts.ts'
import { dumpOf, tracesIn } from './dump.ts'

let fixture: TestStore
let database: pg.Client
beforeAll(async () => {
  fixture = await createTestStore()
  database = new pg.Client({ connectionString: fixture.url })
  await database.connect()
})
afterAll(async () => {
  await database.end()
  await fixture.close()
})

test('no table holds a trait of a patient, a doctor’s address or a result in the clear', async () => {
  const { store } = fixture
  const { submission } = await store.submissions.accept(draft({ resultId: 'S-1', value: '13.577' }))
  const { consent } = await store.consentRegister.register({
    organizationId: LABORATORY.id,
    number: 'C-1',
    givenAt: new Date(),
    scope: 'full',
    analyses: [],
    confirmationMethod: 'paper',
    validUntil: null,
    patient: ANNA,
    actor: 'key-1',
  })
  const blob = {
    id: randomUUID(),
    kind: 'request',
    mediaType: 'application/json',
    bytes: Buffer.from(JSON.stringify(report())),
  } as const
  await store.journal.commit({
    key: stepKey(submission.id, 'check-consent'),
    outcome: 'active',
    patch: { phase: 'needs-correction', consentId: consent.id },
    events: [{ type: 'consent.active', text: 'Согласие действует' }],
    blobs: [blob],
  })
  await store.acknowledgements.receive({
    organizationId: LABORATORY.id,
    answer: {
      messageId: 'M-1',
      documentId: submission.documentId,
      verdict: 'rejected',
      registryId: undefined,
      issues: [],
      answeredAt: new Date(),
    },
    raw: Buffer.from(JSON.stringify(ANNA)),
    mediaType: 'application/json',
    via: 'callback',
  })
  await store.submissions.accept(draft({ resultId: 'S-1', status: 'corrected', value: '13.577' }))
  const scope = { scope: 'lab', key: ANNA.snils ?? '' }
  await store.idempotencyKeys.begin({ ...scope, requestDigest: 'digest' })
  await store.idempotencyKeys.finish({
    ...scope,
    statusCode: 200,
    headers: {},
    body: JSON.stringify(ANNA),
  })

  const tables = await dumpOf(database)
  expect(tables.get('submission'), 'the dump sees what is plain').toContain('S-1')
  expect(tables.get('blob')?.length).toBeGreaterThan(1000)
  const traits = [...Object.values(ANNA).filter((trait) => trait !== 'female')]
  const planted = [...traits, 'doctor@example.test', 'Докторов', 'Гемоглобин', '13.577']
  expect(tracesIn(tables, planted)).toEqual([])
})

test('what was wrapped by a key that the file lacks does not open', async () => {
  const { submission } = await fixture.store.submissions.accept(draft({ resultId: 'S-2' }))
  await database.query("UPDATE blob SET key_id = 'lost' WHERE submission_id = $1", [submission.id])
  await expect(fixture.store.artefacts.read(submission.id, 'source')).rejects.toMatchObject({
    code: 'key-unavailable',
  })
})
