import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Right } from '../../adapters/storage/port.ts'
import { createHarness, type Harness } from './support/harness.ts'
import { hl7Result, jsonResult } from './support/results.ts'

let api: Harness
beforeAll(async () => {
  api = await createHarness({ maxFileBytes: 20_000 })
})
afterAll(() => api.close())

describe('errors of the protocol', () => {
  it.each([
    ['unknown address', 'GET', '/v1/nothing', {}, undefined, 404, 'not-found'],
    ['id that is none', 'GET', '/v1/submissions/1', {}, undefined, 404, 'not-found'],
    ['wrong method', 'DELETE', '/v1/submissions', {}, undefined, 405, 'method-not-allowed'],
    ['unreadable address', 'GET', '/v1/%zz', {}, undefined, 400, 'malformed-request'],
    [
      'unknown content type',
      'POST',
      '/v1/submissions',
      { 'content-type': 'application/zip' },
      'x',
      415,
      'unsupported-media-type',
    ],
    ['no content type', 'POST', '/v1/submissions', {}, undefined, 415, 'unsupported-media-type'],
    [
      'compressed body',
      'POST',
      '/v1/submissions',
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      '{}',
      415,
      'unsupported-media-type',
    ],
    [
      'too large',
      'POST',
      '/v1/submissions',
      { 'content-type': 'application/json' },
      JSON.stringify(jsonResult('L', { notes: ['а'.repeat(20_000)] })),
      413,
      'body-too-large',
    ],
    [
      'text instead of JSON',
      'POST',
      '/v1/consents',
      { 'content-type': 'application/json' },
      '{"number":',
      400,
      'malformed-request',
    ],
    [
      'consent as XML',
      'POST',
      '/v1/consents',
      { 'content-type': 'application/xml' },
      '<a/>',
      415,
      'unsupported-media-type',
    ],
    [
      'unknown filter',
      'GET',
      '/v1/submissions?colour=red',
      {},
      undefined,
      422,
      'validation-failed',
    ],
    [
      'wrong filter',
      'GET',
      '/v1/submissions?limit=1000&status=x',
      {},
      undefined,
      422,
      'validation-failed',
    ],
  ] as const)('%s', async (_name, method, url, headers, payload, status, code) => {
    const answer = await api.send({ method, url, headers, ...(payload && { payload }) })
    expect(answer.statusCode, answer.body).toBe(status)
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    const problem = answer.json()
    expect(problem).toMatchObject({ type: `urn:gonets:problem:${code}`, status, code })
    expect(problem.title).toMatch(/[а-я]/)
    expect(problem.detail).toMatch(/[а-я]/)
    expect(problem.instance).toMatch(/^urn:uuid:[0-9a-f-]{36}$/)
  })

  it('names the methods an address has', async () => {
    const answer = await api.send({ method: 'DELETE', url: '/v1/submissions' })
    expect(String(answer.headers.allow).split(', ').sort()).toEqual(['GET', 'POST'])
  })

  it('takes a request id only in the form of a UUID', async () => {
    const id = '0198c5be-6f0e-7a53-9d11-5e0a4a3c1f10'
    const headers = (given: string) => ({ 'x-request-id': given })
    const taken = await api.send({ method: 'GET', url: '/livez', headers: headers(id) })
    expect(taken.headers['x-request-id']).toBe(id)
    const other = await api.send({ method: 'GET', url: '/livez', headers: headers('Testovidze') })
    expect(other.headers['x-request-id']).not.toBe('Testovidze')
  })

  it('answers an unexpected failure without telling what it was', async () => {
    const { find } = api.store.submissions
    Object.assign(api.store.submissions, {
      find: async () => {
        throw new Error('Тестовидзе 112-233-445 95')
      },
    })
    const url = '/v1/submissions/0198c5be-6f0e-7a53-9d11-5e0a4a3c1f10'
    const answer = await api.send({ method: 'GET', url })
    Object.assign(api.store.submissions, { find })
    expect(answer.statusCode).toBe(500)
    expect(answer.json().code).toBe('internal-error')
    expect(answer.body).not.toContain('Тестовидзе')
    const line = api.log.find((entry) => entry.includes('request failed')) ?? ''
    expect(line).toContain('protocol.test.ts')
    expect(line).not.toContain('Тестовидзе')
  })
})

describe('rate limit', () => {
  it('answers 429 with Retry-After, counted per key', async () => {
    const limited = await createHarness({ rateLimitPerMinute: 3 })
    try {
      const statuses: number[] = []
      for (let count = 0; count < 4; count++)
        statuses.push((await limited.send({ method: 'GET', url: '/v1/templates' })).statusCode)
      expect(statuses).toEqual([200, 200, 200, 429])
      const refused = await limited.send({ method: 'GET', url: '/v1/templates' })
      expect(refused.json()).toMatchObject({ code: 'rate-limited', status: 429 })
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
      const other = await limited.send({ method: 'GET', url: '/v1/templates', rights: ['read'] })
      expect(other.statusCode).toBe(200)
      expect((await limited.send({ method: 'GET', url: '/livez' })).statusCode).toBe(200)
    } finally {
      await limited.close()
    }
  })
  it('counts results of an organisation whatever key they come with, six windows a minute', async () => {
    const limited = await createHarness({ intake: { perMinute: 18, atOnce: 4 } })
    try {
      const post = (resultId: string, rights: readonly Right[] = ['submit']) =>
        limited.send({
          method: 'POST',
          url: '/v1/submissions',
          payload: jsonResult(resultId),
          rights,
        })
      expect((await post('I-1')).statusCode).toBe(202)
      expect((await post('I-1')).statusCode).toBe(200)
      expect((await post('I-2', ['submit', 'read'])).statusCode).toBe(202)
      const refused = await post('I-3')
      expect(refused.json()).toMatchObject({ code: 'rate-limited', status: 429 })
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
      expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(10)
      const key = await limited.keyOf(['submit'], 'lab-2')
      const other = await limited.send({
        ...{ method: 'POST', url: '/v1/submissions', key },
        payload: jsonResult('I-3'),
      })
      expect(other.statusCode).toBe(202)
      expect((await limited.send({ method: 'GET', url: '/v1/submissions' })).statusCode).toBe(200)
    } finally {
      await limited.close()
    }
  })

  it('counts every result of a message', async () => {
    const limited = await createHarness({ intake: { perMinute: 18, atOnce: 4 } })
    try {
      const groups = ['A', 'B'].map((code) => `OBR|2||I-9|${code}^а^L|||||||||||||||||||||X`)
      const post = (payload: string) =>
        limited.send({
          ...{ method: 'POST', url: '/v1/submissions', payload },
          headers: { 'content-type': 'application/hl7-v2' },
        })
      const answer = await post([hl7Result('I-9'), ...groups].join('\r'))
      expect(answer.statusCode, answer.body).toBe(202)
      expect(answer.json().others).toHaveLength(2)
      expect((await post(hl7Result('I-10'))).statusCode).toBe(429)
    } finally {
      await limited.close()
    }
  })

  it('refuses a result too many before its body is read', async () => {
    const limited = await createHarness({
      intake: { perMinute: 6, atOnce: 4 },
      maxFileBytes: 1_000,
    })
    try {
      const payload = 'x'.repeat(2_000)
      const headers = { 'content-type': 'application/json' }
      const post = () => limited.send({ method: 'POST', url: '/v1/submissions', payload, headers })
      expect((await post()).statusCode).toBe(413)
      expect((await post()).statusCode).toBe(429)
    } finally {
      await limited.close()
    }
  })

  it('lets another laboratory in while one keeps its places busy', async () => {
    const limited = await createHarness({ intake: { perMinute: 6_000, atOnce: 2 } })
    try {
      const { accept } = limited.store.submissions
      const gate = Promise.withResolvers<void>()
      let busy = 0
      Object.assign(limited.store.submissions, {
        accept: async (draft: Parameters<typeof accept>[0]) => {
          busy += 1
          if (draft.organizationId === 'lab-1') await gate.promise
          return accept(draft)
        },
      })
      const post = async (resultId: string, organizationId: string) =>
        limited.send({
          ...{ method: 'POST', url: '/v1/submissions', payload: jsonResult(resultId) },
          key: await limited.keyOf(['submit'], organizationId),
        })
      const many = Array.from({ length: 10 }, (_, index) => post(`T-${index}`, 'lab-1'))
      await expect.poll(() => busy).toBe(2)
      expect((await post('T-1', 'lab-2')).statusCode).toBe(202)
      expect(busy).toBe(3)
      gate.resolve()
      const statuses = (await Promise.all(many)).map(({ statusCode }) => statusCode)
      expect(new Set(statuses)).toEqual(new Set([202]))
    } finally {
      await limited.close()
    }
  })
})
