import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BlobDraft, StepRecord, SubmissionView } from '../../../adapters/storage/port.ts'
import { createTestStore, LABORATORY, type TestStore } from '../../support/store.ts'
import { draft, stepKey } from './drafts.ts'

let fixture: TestStore
let number = 0
let submission: SubmissionView
beforeAll(async () => {
  fixture = await createTestStore()
})
afterAll(() => fixture.close())

const accepted = async () =>
  (await fixture.store.submissions.accept(draft({ resultId: `journal-${++number}` }))).submission
const events = (id: string) => fixture.store.submissions.events(LABORATORY.id, id, 0)
const find = (id: string) => fixture.store.submissions.find(LABORATORY.id, id)
const blob = (kind: BlobDraft['kind'], text = kind): BlobDraft & { id: string } => ({
  id: randomUUID(),
  kind,
  mediaType: 'text/plain',
  bytes: Buffer.from(text),
})
const signer = {
  subject: 'CN=Лаборатория',
  issuer: 'CN=УЦ',
  serial: '01',
  notBefore: new Date('2026-01-01T00:00:00Z'),
  notAfter: new Date('2027-01-01T00:00:00Z'),
}

describe('a step', () => {
  test('begins with the submission until it is committed, then with its outcome', async () => {
    const { id } = await accepted()
    const key = stepKey(id, 'sign')
    const { cases, journal } = fixture.store
    expect(await cases.begin(key)).toEqual({ submission: await cases.load(id, 1) })
    await journal.commit({ key, outcome: null, events: [] })
    expect(await cases.begin(key)).toEqual({ done: null })
    expect(await cases.begin({ ...key, round: key.round + 1 })).toHaveProperty('submission')
    const elsewhere = cases.begin({ ...key, submissionId: randomUUID() })
    await expect(elsewhere).rejects.toMatchObject({ code: 'submission-not-found' })
  })

  test('committed by eight activities at once is written once and answers all alike', async () => {
    submission = await accepted()
    const { id } = submission
    const commit = (index: number) =>
      fixture.store.journal.commit({
        key: stepKey(id, 'check-consent'),
        outcome: { index },
        patch: { phase: 'assembling' },
        events: [
          { type: 'consent.active', text: 'Согласие действует' },
          { type: 'consent.noted', text: 'Записано', details: { index } },
        ],
        blobs: [blob('consent-snapshot')],
        consentChecks: [
          { request: { analysis: 'CBC' }, status: 'active', source: 'register', user: 'system' },
        ],
      })
    const outcomes = await Promise.all(Array.from({ length: 8 }, (_, index) => commit(index)))
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1)
    expect((await events(id)).map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'submission.accepted'],
      [2, 'consent.active'],
      [3, 'consent.noted'],
    ])
    const artefacts = await fixture.store.artefacts.readAll(id)
    expect(artefacts.filter(({ kind }) => kind === 'consent-snapshot')).toHaveLength(1)
    expect(await fixture.store.journal.find(stepKey(id, 'check-consent'))).toEqual(outcomes[0])
    expect(await fixture.store.journal.find(stepKey(id, 'check-consent', 2))).toBeUndefined()
    expect(await find(id)).toMatchObject({ phase: 'assembling', revision: submission.revision + 1 })
  })

  test('of its own kind beside others keeps the events numbered without a gap', async () => {
    const { id } = await accepted()
    const record = (round: number): StepRecord => ({
      key: stepKey(id, 'remind', round),
      outcome: null,
      events: [{ type: 'reminder.sent', text: 'Напоминание', details: { round } }],
    })
    await Promise.all(
      [1, 2, 3, 4, 5, 6].map((round) => fixture.store.journal.commit(record(round))),
    )
    expect((await events(id)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(await fixture.store.journal.find(stepKey(id, 'remind', 3))).toBeNull()
  })

  test('takes what it used up with it, once, and nothing of another kind, version or submission', async () => {
    const [{ id }, { id: another }] = await Promise.all([accepted(), accepted()])
    const { journal, artefacts } = fixture.store
    const kind = 'document-pdf-unsigned'
    const [unsigned, other] = [blob(kind), blob('document-xml')]
    await journal.commit({
      key: stepKey(id, 'assemble'),
      outcome: null,
      events: [],
      blobs: [unsigned, other],
    })
    await artefacts.add(id, 2, blob(kind))
    await artefacts.add(another, 1, blob(kind))
    const sign = { key: stepKey(id, 'sign'), outcome: null, events: [], usedUp: [kind] } as const
    await journal.commit(sign)
    expect(await artefacts.read(id, kind, 1)).toBeUndefined()
    expect(await artefacts.read(id, 'document-xml', 1)).toBeDefined()
    expect(await artefacts.read(id, kind, 2)).toBeDefined()
    expect(await artefacts.read(another, kind, 1)).toBeDefined()
    await artefacts.add(id, 1, blob(kind))
    await journal.commit(sign)
    expect(await artefacts.read(id, kind, 1)).toBeDefined()
  })

  test('of an unknown submission is refused', async () => {
    const commit = (id: string) =>
      fixture.store.journal.commit({ key: stepKey(id, 'hold'), outcome: 1, events: [] })
    await expect(commit(randomUUID())).rejects.toMatchObject({ code: 'submission-not-found' })
    await expect(commit('nonsense')).rejects.toMatchObject({ code: 'submission-not-found' })
  })

  test('that cannot be written whole leaves nothing', async () => {
    const { id } = await accepted()
    const commit = fixture.store.journal.commit({
      key: stepKey(id, 'sign'),
      outcome: 1,
      events: [{ type: 'document.signed', text: 'Подписано' }],
      blobs: [blob('signature')],
      signatures: [{ kind: 'organization', blobId: randomUUID(), signer, signedAt: new Date() }],
    })
    await expect(commit).rejects.toThrow('"document_seq" of relation "signature"')
    expect(await fixture.store.journal.find(stepKey(id, 'sign'))).toBeUndefined()
    expect(await events(id)).toHaveLength(1)
    expect(await fixture.store.artefacts.read(id, 'signature')).toBeUndefined()
  })
})

test('a document goes from assembly to registration', async () => {
  const { store, clock } = fixture
  const template = await store.templates.save(
    LABORATORY.id,
    {
      code: 'CBC',
      title: 'ОАК',
      serviceCodes: ['B03.016.002'],
      analysisCodes: [],
      requiredFields: [],
      personalSignatures: 1,
    },
    'key-1',
  )
  const { id, documentId } = await accepted()
  const [xml, pdf, signature, request, receipt] = [
    blob('document-xml'),
    blob('document-pdf'),
    blob('signature'),
    blob('request'),
    blob('receipt'),
  ]
  const assemble = (round: number, digest: string): StepRecord => ({
    key: stepKey(id, 'assemble', round),
    outcome: digest,
    patch: { phase: 'awaiting-approval' },
    events: [{ type: 'document.assembled', text: 'Документ собран' }],
    blobs: round === 1 ? [xml, pdf] : [],
    document: {
      documentId,
      templateVersionId: template.versionId,
      digest,
      replacesId: null,
      analyses: [],
      xmlBlobId: xml.id,
      pdfBlobId: pdf.id,
    },
  })
  await store.journal.commit(assemble(1, 'first'))
  await store.journal.commit(assemble(2, 'second'))
  expect((await store.cases.load(id, 1)).document).toEqual({
    documentId,
    digest: 'second',
    templateCode: 'CBC',
    analyses: [],
    templateVersionId: template.versionId,
    templateConfirmed: false,
    personalSignatures: 1,
    signatures: [],
  })
  await store.journal.commit({
    key: stepKey(id, 'approve'),
    outcome: 'confirmed',
    events: [],
    confirmTemplateVersionId: template.versionId,
  })
  const signedAt = new Date('2026-03-01T09:00:01.234Z')
  await store.journal.commit({
    key: stepKey(id, 'sign'),
    outcome: 'signed',
    patch: { phase: 'sending' },
    events: [],
    blobs: [signature],
    signatures: [{ kind: 'organization', blobId: signature.id, signer, signedAt }],
  })
  const signed = await store.cases.load(id, 1)
  expect(signed.document).toMatchObject({ templateConfirmed: true, digest: 'second' })
  expect(signed.document?.signatures).toEqual([
    { id: expect.any(String), kind: 'organization', blobId: signature.id, signer, signedAt },
  ])
  await store.journal.commit({
    key: stepKey(id, 'send'),
    outcome: 'taken',
    patch: { phase: 'awaiting-acknowledgement', waitingUntil: clock.now },
    events: [],
    blobs: [request, receipt],
    attempt: {
      outcome: 'taken',
      startedAt: signedAt,
      finishedAt: clock.now,
      requestBlobId: request.id,
      receiptBlobId: receipt.id,
      receiptId: 'RCPT-1',
    },
  })
  await store.journal.commit({
    key: stepKey(id, 'record-answer'),
    outcome: 'registered',
    patch: { phase: 'notifying', lastVerdict: 'accepted', registryId: 'REG-1', waitingUntil: null },
    events: [],
    notifications: [
      {
        id: 'n-1',
        kind: 'document-available',
        channel: 'email',
        recipientRole: 'patient',
        outcome: 'sent',
      },
    ],
  })
  expect(await find(id)).toMatchObject({
    phase: 'notifying',
    status: 'accepted',
    lastVerdict: 'accepted',
    registryId: 'REG-1',
    waitingUntil: null,
    attempts: [
      {
        version: 1,
        outcome: 'taken',
        code: null,
        receiptId: 'RCPT-1',
        startedAt: signedAt,
        finishedAt: clock.now,
      },
    ],
    artefacts: [
      'document-pdf',
      'document-xml',
      'receipt',
      'report',
      'request',
      'signature',
      'source',
    ],
  })
})

test('what a person did is on the timeline and in the audit', async () => {
  const { id } = await accepted()
  await fixture.store.audit.record({
    organizationId: LABORATORY.id,
    actor: 'key-7',
    action: 'submission.retry',
    submissionId: id,
    reason: 'сертификат заменён',
  })
  const event = { type: 'person.retried', text: 'Повтор по решению оператора' }
  await fixture.store.audit.note({ submissionId: id, actor: 'key-7', event })
  expect((await events(id)).at(-1)).toMatchObject({
    seq: 2,
    type: 'person.retried',
    actor: 'key-7',
    version: 1,
    details: {},
  })
  await expect(
    fixture.store.audit.note({ submissionId: randomUUID(), actor: 'a', event }),
  ).rejects.toMatchObject({ code: 'submission-not-found' })
})
