import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Right } from '../../adapters/storage/port.ts'
import { createHarness, type Harness } from './support/harness.ts'
import { jsonResult } from './support/results.ts'

let api: Harness
let routes: { method: 'GET' | 'POST' | 'PUT' | 'DELETE'; url: string; right: Right }[]
const RIGHTS: readonly Right[] = ['submit', 'read', 'read-body', 'operate', 'configure']

beforeAll(async () => {
  api = await createHarness()
  const { paths } = JSON.parse((await api.send({ method: 'GET', url: '/openapi.json' })).body)
  routes = Object.entries(paths as Record<string, Record<string, { description: string }>>)
    .filter(([path]) => path.startsWith('/v1'))
    .flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { description }]) => ({
        method: method.toUpperCase() as 'GET',
        url: path.replace(/\{id\}/, randomUUID()).replace(/\{code\}/, 'GLU'),
        right: /Право ключа: `([\w-]+)`/.exec(description)?.[1] as Right,
      })),
    )
})
afterAll(() => api.close())

describe('access', () => {
  it('asks every route under /v1 for a key', async () => {
    expect(routes.length).toBeGreaterThan(25)
    for (const { method, url } of routes) {
      const answer = await api.send({ method, url, key: null })
      expect(answer.statusCode, `${method} ${url}`).toBe(401)
      expect(answer.json()).toMatchObject({ code: 'unauthenticated', status: 401 })
      expect(answer.headers['www-authenticate']).toBe('Bearer')
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    }
  })

  it('asks every route for the right it names, and for no other', async () => {
    for (const { method, url, right } of routes) {
      const others = RIGHTS.filter((candidate) => candidate !== right)
      const refused = await api.send({ method, url, rights: others })
      expect(refused.statusCode, `${method} ${url}`).toBe(403)
      expect(refused.json().code).toBe('forbidden')
      const allowed = await api.send({ method, url, rights: [right] })
      expect(allowed.statusCode, `${method} ${url}`).not.toBe(403)
      expect(allowed.statusCode).not.toBe(401)
    }
  })

  it.each([
    '',
    'Basic YTpi',
    'Bearer ',
    'Bearer wrong-key-0123456789',
    `Bearer ${'x'.repeat(600)}`,
  ])('refuses the header %j', async (authorization) => {
    const answer = await api.app.inject({
      method: 'GET',
      url: '/v1/submissions',
      headers: { authorization },
    })
    expect(answer.statusCode).toBe(401)
  })

  it('does not find what belongs to another organisation', async () => {
    const mine = await api.send({
      method: 'POST',
      url: '/v1/submissions',
      payload: jsonResult('A-1'),
    })
    const { id } = mine.json()
    const key = await api.keyOf(RIGHTS, 'lab-2')
    const reason = { reason: 'Проверка' }
    const requests = [
      ['GET', ''],
      ['GET', '/events'],
      ['GET', '/source'],
      ['POST', '/approve', {}],
      ['POST', '/cancel', reason],
      ['POST', '/hold', reason],
      ['POST', '/signatures', { signature: 'A'.repeat(64) }],
      ['POST', '/corrections', jsonResult('A-1')],
    ] as const
    for (const [method, path, payload] of requests) {
      const answer = await api.send({
        method,
        url: `/v1/submissions/${id}${path}`,
        key,
        ...(payload && { payload }),
      })
      expect(answer.statusCode, `${method} ${path}`).toBe(404)
      expect(answer.json().code).toBe('submission-not-found')
    }
    expect(api.workflows.calls).toEqual([])
    const list = await api.send({ method: 'GET', url: '/v1/submissions', key })
    expect(list.json().items).toEqual([])
    const organization = await api.send({ method: 'GET', url: '/v1/organizations/lab-1', key })
    expect(organization.statusCode).toBe(404)
  })

  it('takes a call without a key for no guess: whoever forgets it locks nobody out', async () => {
    const remoteAddress = '203.0.113.8'
    const url = '/v1/submissions'
    for (let call = 0; call < 80; call++)
      expect((await api.app.inject({ method: 'GET', url, remoteAddress })).statusCode).toBe(401)
    const unseen = await api.send({
      method: 'GET',
      url,
      rights: ['read', 'operate'],
      remoteAddress,
    })
    expect(unseen.statusCode).toBe(200)
  })

  it('limits guessing at the codec too', async () => {
    const statuses = new Set<number>()
    for (let attempt = 0; attempt < 80; attempt++) {
      const answer = await api.app.inject({
        ...{ method: 'POST', url: '/codec/decode', remoteAddress: '203.0.113.9' },
        ...{ headers: { authorization: `Bearer guess-${attempt}` }, payload: { payloads: [] } },
      })
      statuses.add(answer.statusCode)
    }
    expect([...statuses].sort()).toEqual([401, 429])
  })

  it('limits guessing of keys from one address', async () => {
    const statuses = new Set<number>()
    for (let attempt = 0; attempt < 80; attempt++) {
      const answer = await api.app.inject({
        method: 'GET',
        url: '/v1/submissions',
        remoteAddress: '203.0.113.7',
        headers: { authorization: `Bearer guess-${attempt}` },
      })
      statuses.add(answer.statusCode)
    }
    expect([...statuses].sort()).toEqual([401, 429])
    const remoteAddress = '203.0.113.7'
    const url = '/v1/submissions'
    const known = await api.send({ method: 'GET', url, rights: ['read'], remoteAddress })
    expect(known.statusCode, 'a key that worked before').toBe(200)
    const unseen = await api.send({ method: 'GET', url, rights: ['read', 'submit'], remoteAddress })
    expect(unseen.statusCode).toBe(429)
    expect(Number(unseen.headers['retry-after'])).toBeGreaterThan(0)
  })
})
