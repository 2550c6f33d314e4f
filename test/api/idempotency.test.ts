import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../domain/shared/app-error.ts'
import { createHarness, type Harness } from './support/harness.ts'
import { jsonResult } from './support/results.ts'
import { submit } from './support/submission.ts'

let api: Harness
beforeAll(async () => {
  api = await createHarness()
})
afterAll(() => api.close())

const post = (url: string, payload: object, key: string, options = {}) =>
  api.send({ method: 'POST', url, payload, headers: { 'idempotency-key': key }, ...options })

describe('Idempotency-Key', () => {
  it('replays the first answer as it was', async () => {
    const first = await post('/v1/submissions', jsonResult('I-1'), 'key-1')
    expect(first.statusCode).toBe(202)
    const again = await post('/v1/submissions', jsonResult('I-1'), 'key-1')
    expect(again.statusCode).toBe(202)
    expect(again.body).toBe(first.body)
    expect(again.headers.location).toBe(first.headers.location)
    expect(again.headers['content-type']).toBe(first.headers['content-type'])
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(first.headers['idempotency-replayed']).toBeUndefined()
  })

  it('does an action once', async () => {
    const id = await submit(api, 'I-2')
    const url = `/v1/submissions/${id}/retry`
    await post(url, {}, 'key-2')
    await post(url, {}, 'key-2')
    expect(api.workflows.calls.filter(({ submissionId }) => submissionId === id)).toHaveLength(1)
  })

  it('is refused for other content, and for another submission', async () => {
    await post('/v1/submissions', jsonResult('I-3'), 'key-3')
    const other = await post('/v1/submissions', jsonResult('I-4'), 'key-3')
    expect(other.statusCode).toBe(422)
    expect(other.json().code).toBe('idempotency-key-mismatch')
    const [one, two] = [await submit(api, 'I-5'), await submit(api, 'I-6')]
    await post(`/v1/submissions/${one}/approve`, {}, 'key-4')
    const moved = await post(`/v1/submissions/${two}/approve`, {}, 'key-4')
    expect(moved.json().code).toBe('idempotency-key-mismatch')
  })

  it('belongs to one API key', async () => {
    await post('/v1/submissions', jsonResult('I-7'), 'key-5')
    const key = await api.keyOf(['submit'], 'lab-2')
    const theirs = await post('/v1/submissions', jsonResult('I-8'), 'key-5', { key })
    expect(theirs.statusCode).toBe(202)
  })

  it('runs one of ten parallel requests', async () => {
    const id = await submit(api, 'I-9')
    const url = `/v1/submissions/${id}/cancel`
    const requests = Array.from({ length: 10 }, () => post(url, { reason: 'Раз' }, 'key-6'))
    const answers = await Promise.all(requests)
    expect(api.workflows.calls.filter(({ submissionId }) => submissionId === id)).toHaveLength(1)
    for (const answer of answers) expect([200, 409]).toContain(answer.statusCode)
  })

  it('is free again after a failure', async () => {
    const id = await submit(api, 'I-10')
    const url = `/v1/submissions/${id}/approve`
    api.workflows.failure = new AppError('temporal-unavailable', 'transient')
    expect((await post(url, {}, 'key-7')).statusCode).toBe(503)
    api.workflows.failure = undefined
    expect((await post(url, {}, 'key-7')).statusCode).toBe(200)
    const bad = jsonResult('I-11', { status: 'done' })
    expect((await post('/v1/submissions', bad, 'key-8')).statusCode).toBe(422)
    expect((await post('/v1/submissions', jsonResult('I-11'), 'key-8')).statusCode).toBe(202)
  })

  it.each(['', 'x'.repeat(256)])('refuses the key %j', async (key) => {
    const answer = await post('/v1/submissions', jsonResult('I-12'), key)
    expect(answer.statusCode).toBe(400)
    expect(answer.json().code).toBe('malformed-request')
  })
})
