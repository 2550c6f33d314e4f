import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHarness, type Harness } from './support/harness.ts'
import { PLANTED, PLANTED_TRACES } from './support/results.ts'
import { submit } from './support/submission.ts'

const TEMPLATE = {
  title: 'Исследование',
  serviceCodes: [],
  analysisCodes: [],
  requiredFields: [],
  personalSignatures: 0,
}
let api: Harness
beforeAll(async () => {
  api = await createHarness()
  for (const code of ['glucose', 'lipids'])
    await api.store.templates.save('lab-1', { ...TEMPLATE, code }, 'key-1')
})
afterAll(() => api.close())

const consent = (number: string, changes: object = {}) => ({
  number,
  givenAt: '2026-01-15T10:00:00+03:00',
  scope: 'full',
  confirmationMethod: 'paper',
  patient: PLANTED,
  ...changes,
})
const part = (...analyses: string[]) => ({ scope: 'partial', analyses })
const LOCAL = { ...PLANTED, snils: undefined, localId: 'A-17' }
const register = (payload: object) => api.send({ method: 'POST', url: '/v1/consents', payload })
const withdraw = (id: string, changes: object = {}) =>
  api.send({
    method: 'POST',
    url: `/v1/consents/${id}/withdraw`,
    payload: { reason: 'Заявление', ...changes },
  })
/** Brings a submission under way that rests on the consent. */
const rest = (submissionId: string, consentId: string) =>
  api.store.journal.commit({
    key: { submissionId, version: 1, step: 'check-consent', round: 99 },
    outcome: null,
    events: [],
    patch: { phase: 'assembling', consentId },
    restsOn: [{ analysis: 'glucose', consentId }],
  })

describe('/v1/consents', () => {
  it('registers, finds the repeat, refuses a change, shows no patient', async () => {
    const created = await register(consent('С-1'))
    expect(created.statusCode, created.body).toBe(201)
    const body = created.json()
    expect(body).toMatchObject({
      number: 'С-1',
      status: 'active',
      analyses: [],
      validUntil: null,
      withdrawnAt: null,
      knownBy: 'snils',
      source: 'register',
    })
    expect(created.headers.location).toBe(`/v1/consents/${body.id}`)
    for (const trace of PLANTED_TRACES) expect(created.body).not.toContain(trace)
    const repeated = await register(consent('С-1'))
    expect(repeated.statusCode).toBe(200)
    expect(repeated.json().id).toBe(body.id)
    const changed = await register(consent('С-1', { scope: 'partial', analyses: ['glucose'] }))
    expect(changed.statusCode).toBe(409)
    expect(changed.json()).toMatchObject({
      code: 'consent-conflict',
      links: { existing: `/v1/consents/${body.id}` },
    })
    const read = await api.send({ method: 'GET', url: `/v1/consents/${body.id}` })
    expect(read.json()).toEqual(body)
  })

  it.each([
    ['partial without analyses', { scope: 'partial' }, '/analyses'],
    ['ends before it begins', { validUntil: '2026-01-01T00:00:00+03:00' }, '/validUntil'],
    ['given in the future', { givenAt: '2999-01-01T00:00:00+03:00' }, '/givenAt'],
    ['unknown method', { confirmationMethod: 'word' }, '/confirmationMethod'],
    ['wrong СНИЛС', { patient: { ...PLANTED, snils: '112-233-445 96' } }, '/patient/snils'],
    ['wrong policy', { patient: { ...PLANTED, policy: '1234567890123456' } }, '/patient/policy'],
    ['an analysis without a template', part('glucose', 'hiv'), '/analyses/1'],
    ['an analysis twice', part('glucose', 'lipids', 'glucose'), '/analyses/2'],
    ['all analyses, and some of them', { analyses: ['glucose'] }, '/analyses'],
    ['a local number of nobody', { patient: LOCAL }, '/patient/localIdSystem'],
    ['nobody to find', { patient: { ...PLANTED, snils: undefined } }, '/patient'],
    ['no number', { number: undefined }, '/number'],
    ['unknown field', { colour: 'red' }, '/colour'],
  ])('refuses one that is wrong: %s', async (_name, changes, pointer) => {
    const answer = await register(consent('С-2', changes))
    expect(answer.statusCode, answer.body).toBe(422)
    const { errors } = answer.json()
    expect(errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
    for (const { detail } of errors) expect(detail).toMatch(/[А-Яа-я]/)
    for (const trace of PLANTED_TRACES) expect(answer.body).not.toContain(trace)
  })

  it('names the code of an unknown analysis', async () => {
    const { errors } = (await register(consent('С-2', part('hiv')))).json()
    expect(errors).toMatchObject([{ code: 'consent-analysis-unknown', pointer: '/analyses/0' }])
  })

  it('knows a patient by a local number whose system is named', async () => {
    const patient = { ...LOCAL, localIdSystem: 'ЛИС Северная' }
    const answer = await register(consent('С-4', { patient, ...part('glucose', 'lipids') }))
    expect(answer.statusCode, answer.body).toBe(201)
    expect(answer.json()).toMatchObject({ knownBy: 'local-number' })
  })

  it('takes midnight for a day', async () => {
    const givenAt = '2026-01-15T00:00:00+03:00'
    const { id, ...body } = (await register(consent('С-5', { givenAt }))).json()
    expect(body).toMatchObject({ givenByDay: true, givenAt: '2026-01-14T21:00:00.000Z' })
    const withdrawn = await withdraw(id, { withdrawnAt: givenAt })
    expect(withdrawn.json()).toMatchObject({ withdrawnByDay: true, status: 'withdrawn' })
  })

  it('withdraws as of when the patient expressed it, and keeps to the first record', async () => {
    const { id } = (await register(consent('С-6'))).json()
    const at = { withdrawnAt: '2026-01-16T10:00:00+03:00', method: 'paper' }
    const answer = await withdraw(id, at)
    expect(answer.statusCode, answer.body).toBe(200)
    const shown = { withdrawnAt: '2026-01-16T07:00:00.000Z', withdrawalMethod: 'paper' }
    expect(answer.json()).toMatchObject({ status: 'withdrawn', withdrawnByDay: false, ...shown })
    expect((await withdraw(id)).json()).toEqual(answer.json())
    expect((await withdraw(id, at)).statusCode).toBe(200)
    const other = await withdraw(id, { withdrawnAt: '2026-01-17T10:00:00+03:00' })
    expect(other.statusCode).toBe(409)
    expect(other.json()).toMatchObject({
      code: 'consent-withdrawn-otherwise',
      links: { existing: `/v1/consents/${id}` },
    })
  })

  it.each([
    ['in the future', { withdrawnAt: '2999-01-01T10:00:00+03:00' }, '/withdrawnAt'],
    ['before the consent', { withdrawnAt: '2026-01-14T10:00:00+03:00' }, '/withdrawnAt'],
    ['in an unknown way', { method: 'thought' }, '/method'],
  ])('refuses a withdrawal %s', async (name, changes, pointer) => {
    const { id } = (await register(consent(`С-7 ${name}`))).json()
    const answer = await withdraw(id, changes)
    expect(answer.statusCode, answer.body).toBe(422)
    expect(answer.json().errors).toMatchObject([{ pointer }])
    const read = await api.send({ method: 'GET', url: `/v1/consents/${id}` })
    expect(read.json()).toMatchObject({ status: 'active' })
  })

  it('withdraws, journals and tells what is in flight under it', async () => {
    const { id } = (await register(consent('С-3'))).json()
    const submission = await submit(api, 'W-1')
    await rest(submission, id)
    const url = `/v1/consents/${id}/withdraw`
    const bare = await api.send({ method: 'POST', url, payload: {} })
    expect(bare.statusCode).toBe(422)
    const answer = await api.send({ method: 'POST', url, payload: { reason: 'Заявление' } })
    expect(answer.statusCode, answer.body).toBe(200)
    expect(answer.json().status).toBe('withdrawn')
    await api.deps.dispatcher.sweep()
    expect(api.workflows.delivered).toContainEqual({
      kind: 'consent-changed',
      submissionId: submission,
      consentId: id,
      status: 'withdrawn',
    })
  })

  it('shows every check of a consent, and of a submission also those in vain', async () => {
    const { id } = (await register(consent('С-8'))).json()
    const submission = await submit(api, 'W-2')
    await rest(submission, id)
    const asked = { request: { analysis: 'glucose' }, analysis: 'glucose', user: 'system' }
    await api.store.journal.commit({
      key: { submissionId: submission, version: 1, step: 'check-consent', round: 1 },
      outcome: null,
      events: [],
      consentChecks: [
        { ...asked, status: 'none', source: 'service' },
        { ...asked, consentId: id, status: 'active', source: 'register' },
      ],
    })
    const read = async (url: string) => await api.send({ method: 'GET', url })
    const of = { submissionId: submission, analysis: 'glucose' }
    const active = { ...of, consentId: id, status: 'active' }
    const vain = { ...of, consentId: null, status: 'none' }
    const byConsent = await read(`/v1/consents/${id}/checks`)
    expect(byConsent.statusCode, byConsent.body).toBe(200)
    expect(byConsent.json().items).toMatchObject([active])
    const bySubmission = await read(`/v1/submissions/${submission}/consent-checks`)
    expect(bySubmission.statusCode, bySubmission.body).toBe(200)
    expect(bySubmission.json().items).toMatchObject([vain, active])
    for (const trace of PLANTED_TRACES) expect(bySubmission.body).not.toContain(trace)
  })

  it('shows the checks of a submission to nobody else', async () => {
    const submission = await submit(api, 'W-3')
    const url = `/v1/submissions/${submission}/consent-checks`
    const key = await api.keyOf(['read'], 'lab-2')
    const stranger = await api.send({ method: 'GET', url, key })
    expect(stranger.statusCode).toBe(404)
    expect(stranger.json().code).toBe('submission-not-found')
  })

  it('does not find what is not there', async () => {
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/checks'],
      ['POST', '/withdraw'],
    ] as const) {
      const payload = method === 'POST' ? { payload: { reason: 'Нет' } } : {}
      const answer = await api.send({ method, url: `/v1/consents/none${path}`, ...payload })
      expect(answer.statusCode).toBe(404)
      expect(answer.json().code).toBe('consent-not-found')
    }
  })
})
