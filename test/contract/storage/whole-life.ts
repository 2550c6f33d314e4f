import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { expect } from 'vitest'
import type { AcceptDraft, BlobDraft } from '../../../adapters/storage/port.ts'
import type { Patient } from '../../../domain/report/report.ts'
import { holding, LABORATORY, type TestStore } from '../../support/store.ts'
import { ANNA, draft, stepKey } from './drafts.ts'
import { sha256 } from './dump.ts'

/** Whom the laboratory meant first. */
const WRONG: Patient = {
  ...ANNA,
  familyName: 'Ошибкина',
  givenName: 'Глафира',
  birthDate: '1951-02-03',
  // One number, or the correction would be another patient's.
  snils: ANNA.snils,
  policy: '5566778899001122',
  localId: 'wrong-000-7',
  localIdSystem: 'HOSPITAL',
}
export const REASON = 'перепутаны пробирки Ошибкиной и Тестовой'
const REJECTED = 'Ошибкина Г. отозвала подпись'
export const HOLD = 'запрос суда по делу Тестовой А. С.'
export const REFUSAL = 'СНИЛС 112-233-445 95 принадлежит Тестовой'
const CORRECTION = 'в поле пациента указана Ошибкина'
const WITHDRAWN = 'пациентка Тестова передумала'
const PLACE = 'СНИЛС=08765430300'
const SIGNER = 'CN=Подписантова Клавдия, SNILS=16012345678'
export const LATE = 'ответ пришёл о Тестовой слишком поздно'
const TEXTS = [REASON, REJECTED, HOLD, REFUSAL, CORRECTION, WITHDRAWN, PLACE, SIGNER, LATE]
const traitsOf = (patient: Patient) =>
  Object.values(patient).filter((trait) => trait !== 'female' && trait !== 'HOSPITAL')
export const XML = '<report>Тестова 13.577</report>'

export interface Sent {
  readonly id: string
  readonly documentId: string
  readonly consentId: string
  /** Everything of a person that was sent, and every plain digest of what could be guessed. */
  readonly values: readonly string[]
}

/** A result with all that people and the registry may write about it. Only its record and its consent are in the database. */
export async function wholeLife({ store }: TestStore, database: pg.Client): Promise<Sent> {
  const drafts: AcceptDraft[] = [
    draft({ resultId: 'L-1', value: '13.577', patient: WRONG }),
    draft({ resultId: 'L-1', value: '14.688', patient: ANNA, status: 'corrected' }),
  ]
  const [first, second] = drafts as [AcceptDraft, AcceptDraft]
  const { submission } = await store.submissions.accept(first)
  const { id, documentId } = submission
  const { consent } = await store.consentRegister.register({
    organizationId: LABORATORY.id,
    number: 'L-C-1',
    givenAt: new Date('2020-01-15T07:00:00Z'),
    scope: 'full',
    analyses: [],
    confirmationMethod: 'paper',
    validUntil: null,
    patient: { ...ANNA, localIdSystem: 'HOSPITAL' },
    actor: 'key-1',
  })
  const blob = (kind: BlobDraft['kind'], text: string): BlobDraft => ({
    ...{ id: randomUUID(), kind, mediaType: 'text/plain', bytes: Buffer.from(text) },
  })
  const [xml, pdf, signature] = [
    blob('document-xml', XML),
    blob('document-pdf', `pdf ${XML}`),
    blob('personal-signature', SIGNER),
  ]
  const { templateVersionId } = await anyTemplate(database)
  await store.journal.commit({
    key: stepKey(id, 'assemble'),
    outcome: null,
    patch: { phase: 'signing', consentId: consent.id },
    events: [{ type: 'document.assembled', text: 'Документ сформирован' }],
    blobs: [xml, pdf, signature],
    document: {
      documentId,
      templateVersionId,
      replacesId: null,
      analyses: [],
      digest: sha256(XML),
      xmlBlobId: xml.id,
      pdfBlobId: pdf.id,
    },
    signatures: [
      {
        kind: 'personal',
        blobId: signature.id,
        signedAt: new Date(),
        signer: {
          subject: SIGNER,
          issuer: 'CN=УЦ',
          serial: '01',
          notBefore: new Date(),
          notAfter: new Date(),
        },
      },
    ],
  })
  await store.acknowledgements.receive(answer(documentId, 'M-1', REFUSAL))
  await store.journal.commit({
    key: stepKey(id, 'record-answer'),
    outcome: null,
    patch: { phase: 'needs-correction', issues: [issueOf(REFUSAL)] },
    events: [],
  })
  await store.submissions.addCorrection({
    organizationId: LABORATORY.id,
    submissionId: id,
    report: second.report,
    contentDigest: second.contentDigest,
    changedFields: ['/patient'],
    actor: 'key-1',
    reason: REASON,
  })
  await store.journal.commit({
    key: stepKey(id, 'assemble', 1, 2),
    outcome: null,
    patch: { issues: [issueOf(CORRECTION)] },
    events: [],
  })
  const act = { organizationId: LABORATORY.id, actor: 'key-1', submissionId: id }
  await store.audit.record({ ...act, action: 'submission.reject', reason: REJECTED })
  await store.retention.placeHold({ ...holding(id), reason: HOLD })
  const scope = { scope: 'lab', key: 'k-1' }
  await store.idempotencyKeys.begin({ ...scope, requestDigest: sha256(PLACE) })
  await store.idempotencyKeys.finish({
    ...scope,
    statusCode: 200,
    headers: {},
    body: JSON.stringify(ANNA),
  })
  await store.consentRegister.withdraw({
    ...{ organizationId: LABORATORY.id, id: consent.id, actor: 'key-1' },
    reason: WITHDRAWN,
  })
  const view = await store.submissions.find(LABORATORY.id, id)
  expect(view?.holdReason, 'whoever may see it reads it').toBe(HOLD)
  expect(view?.versions.at(-1)?.reason).toBe(REASON)
  expect(view?.issues).toMatchObject([{ code: 'E1', detail: CORRECTION }])
  expect(view?.answers).toMatchObject([{ issues: [{ detail: REFUSAL, pointer: '' }] }])
  const contents = drafts.flatMap(({ source, contentDigest }) => [
    source.bytes.toString(),
    contentDigest,
  ])
  const observed = ['13.577', '14.688', 'Гемоглобин', 'Докторов', 'doctor@example.test']
  const people = [...traitsOf(ANNA), ...traitsOf(WRONG), ...observed]
  const digests = [sha256(XML), sha256(`pdf ${XML}`)]
  return {
    id,
    documentId,
    consentId: consent.id,
    values: [...people, ...TEXTS, ...contents, ...digests],
  }
}

/** The place is no place: a registry may put anything there. */
const issueOf = (detail: string) =>
  ({ code: 'E1', pointer: PLACE, detail, severity: 'error' }) as const
export const answer = (documentId: string, messageId: string, text: string) => ({
  organizationId: LABORATORY.id,
  answer: {
    ...{ messageId, documentId, verdict: 'rejected' as const, registryId: undefined },
    issues: [issueOf(text)],
    answeredAt: new Date(),
  },
  raw: Buffer.from(text),
  mediaType: 'application/json',
  via: 'callback' as const,
})

async function anyTemplate(database: pg.Client): Promise<{ templateVersionId: string }> {
  const [template, version] = [randomUUID(), randomUUID()]
  await database.query(
    "INSERT INTO template (id, organization_id, code, created_at) VALUES ($1, 'lab-test', 'cbc', now())",
    [template],
  )
  await database.query(
    `INSERT INTO template_version (id, template_id, version, title, service_codes, analysis_codes, required_fields,
       personal_signatures, content_hash, created_at, created_by)
     VALUES ($1, $2, 1, 'ОАК', '{}', '[]', '{}', 0, '', now(), 'key-1')`,
    [version, template],
  )
  return { templateVersionId: version }
}
