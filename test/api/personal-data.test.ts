import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../domain/shared/app-error.ts'
import { createHarness, type Harness } from './support/harness.ts'
import { hl7Result, jsonResult, PLANTED, PLANTED_TRACES } from './support/results.ts'
import { advance } from './support/submission.ts'

let api: Harness
beforeAll(async () => {
  api = await createHarness()
})
afterAll(() => api.close())

/** Promise P7, as far as this process can break it. */
describe('a planted patient', () => {
  it('appears in no log line, no metric and no answer without the right to see bodies', async () => {
    const seen: string[] = []
    const send = async (...args: Parameters<Harness['send']>) => {
      const answer = await api.send(...args)
      seen.push(`${answer.body}\n${JSON.stringify(answer.headers)}`)
      return answer
    }
    const post = (url: string, payload: object | string | Buffer, headers = {}) =>
      send({ method: 'POST', url, payload, headers })
    const hl7 = { 'content-type': 'application/hl7-v2' }
    const accepted = await post('/v1/submissions', jsonResult('D-1'))
    const { id } = accepted.json()
    await post('/v1/submissions', jsonResult('D-1'))
    await post('/v1/submissions', jsonResult('D-1', { notes: [PLANTED.familyName] }))
    await post('/v1/submissions', hl7Result('D-2'), hl7)
    await post('/v1/submissions', hl7Result('D-3', { drop: 'OBX' }), hl7)
    await post('/v1/submissions', hl7Result('D-4').slice(0, -30), hl7)
    await post('/v1/submissions', `{"patient":"${PLANTED.familyName}"`, {
      'content-type': 'application/json',
    })
    await post('/v1/submissions', jsonResult('D-5', { [PLANTED.familyName]: PLANTED.snils }))
    await post(
      '/v1/submissions',
      jsonResult('D-6', { patient: { ...PLANTED, sex: PLANTED.givenName } }),
    )
    await post('/v1/consents', { number: 'С-1', patient: { ...PLANTED, [PLANTED.givenName]: 1 } })
    await post('/v1/consents', `{${PLANTED.email}`, { 'content-type': 'application/json' })
    await send({ method: 'GET', url: `/v1/nothing/${encodeURIComponent(PLANTED.familyName)}` })
    await send({
      method: 'GET',
      url: `/v1/submissions?patient=${encodeURIComponent(PLANTED.snils)}`,
    })
    await send({ method: 'GET', url: `/v1/submissions/${id}` })
    await send({ method: 'GET', url: `/v1/submissions/${id}/events` })
    await advance(api, id, { phase: 'needs-correction' })
    const corrected = jsonResult('D-1', { patient: { ...PLANTED, givenName: 'Инна' } })
    expect((await post(`/v1/submissions/${id}/corrections`, corrected)).statusCode).toBe(202)
    api.workflows.failure = new AppError('temporal-unavailable', 'transient', {
      cause: new Error(PLANTED.familyName),
    })
    await post(`/v1/submissions/${id}/approve`, { reason: PLANTED.familyName })
    await post('/v1/submissions', jsonResult('D-7'))
    const { accept } = api.store.submissions
    Object.assign(api.store.submissions, {
      accept: () => Promise.reject(new Error(`insert failed: ${PLANTED.email}`)),
    })
    expect((await post('/v1/submissions', jsonResult('D-8'))).statusCode).toBe(500)
    Object.assign(api.store.submissions, { accept })
    await api.settle()
    seen.push((await api.send({ method: 'GET', url: '/metrics' })).body, ...api.log)
    expect(seen.length).toBeGreaterThan(40)
    for (const trace of PLANTED_TRACES) {
      const found = seen.filter(
        (text) => text.includes(trace) || text.includes(encodeURIComponent(trace)),
      )
      expect(found).toEqual([])
    }
  })

  it('keeps the reasons that people give out of the log', async () => {
    api.workflows.failure = undefined
    const { id } = (
      await api.send({ method: 'POST', url: '/v1/submissions', payload: jsonResult('D-9') })
    ).json()
    const post = (url: string, payload: object, headers = {}) =>
      api.send({ method: 'POST', url: `/v1/submissions/${id}/${url}`, payload, headers })
    const reason = `просьба пациентки ${PLANTED.familyName}`
    expect((await post('hold', { reason })).statusCode).toBe(200)
    await post('cancel', { reason })
    await advance(api, id, { phase: 'needs-correction' })
    const header = { 'gonets-reason': encodeURIComponent(reason) }
    const corrected = jsonResult('D-9', { patient: { ...PLANTED, givenName: 'Инна' } })
    expect((await post('corrections', corrected, header)).statusCode).toBe(202)
    await api.settle()
    const log = api.log.join('')
    expect(log).not.toContain(PLANTED.familyName)
    expect(log).not.toContain(encodeURIComponent(PLANTED.familyName))
  })

  it('keeps keys and raw addresses out of the log', async () => {
    const key = await api.keyOf(['read'])
    await api.send({ method: 'GET', url: '/v1/submissions?sourceId=visible-in-query', key })
    const log = api.log.join('')
    expect(log).toContain('"route":"/v1/submissions"')
    expect(log).not.toContain('visible-in-query')
    expect(log).not.toContain(key)
  })
})
