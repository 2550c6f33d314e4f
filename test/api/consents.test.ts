import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHarness, type Harness } from './support/harness.ts'
import { PLANTED, PLANTED_TRACES } from './support/results.ts'
import { advance, submit } from './support/submission.ts'

let api: Harness
beforeAll(async () => {
  api = await createHarness()
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
const register = (payload: object) => api.send({ method: 'POST', url: '/v1/consents', payload })

describe('/v1/consents', () => {
  it('registers, finds the repeat, refuses a change, shows no patient', async () => {
    const created = await register(consent('С-1'))
    expect(created.statusCode, created.body).toBe(201)
    const body = created.json()
    expect(body).toMatchObject({ number: 'С-1', status: 'active', analyses: [], validUntil: null })
    expect(created.headers.location).toBe(`/v1/consents/${body.id}`)
    for (const trace of PLANTED_TRACES) expect(created.body).not.toContain(trace)
    const repeated = await register(consent('С-1'))
    expect(repeated.statusCode).toBe(200)
    expect(repeated.json().id).toBe(body.id)
    const changed = await register(consent('С-1', { scope: 'partial', analyses: ['GLU'] }))
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

  it('withdraws, journals and tells what is in flight under it', async () => {
    const { id } = (await register(consent('С-3'))).json()
    const submission = await submit(api, 'W-1')
    await advance(api, submission, { phase: 'assembling', consentId: id })
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
    const checks = await api.send({ method: 'GET', url: `/v1/consents/${id}/checks` })
    expect(checks.statusCode).toBe(200)
    expect(Array.isArray(checks.json().items)).toBe(true)
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
