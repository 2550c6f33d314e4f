import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../domain/shared/app-error.ts'
import { createHarness, type Harness, WEB_UI_ORIGIN } from './support/harness.ts'
import { submit } from './support/submission.ts'

let api: Harness
beforeAll(async () => {
  api = await createHarness()
})
afterAll(() => api.close())

const get = (url: string) => api.send({ method: 'GET', url, key: null })

describe('health', () => {
  it('lives and is ready without a key', async () => {
    expect((await get('/livez')).json()).toEqual({ live: true })
    expect((await get('/readyz')).json()).toEqual({ ready: true })
  })

  it('names what is missing', async () => {
    api.workflows.failure = new AppError('temporal-unavailable', 'transient')
    const temporal = await get('/readyz')
    expect(temporal.statusCode).toBe(503)
    expect(temporal.json()).toMatchObject({ code: 'temporal-unavailable', missing: ['temporal'] })
    const { ping } = api.store
    Object.assign(api.store, { ping: () => Promise.reject(new Error('down')) })
    const both = await get('/readyz')
    expect(both.json()).toMatchObject({
      code: 'storage-unavailable',
      missing: ['database', 'temporal'],
    })
    Object.assign(api.store, { ping })
    api.workflows.failure = undefined
  })

  it('counts by route template, without ids', async () => {
    const id = await submit(api, 'O-1')
    await api.send({ method: 'GET', url: `/v1/submissions/${id}` })
    const { body, headers } = await get('/metrics')
    expect(headers['content-type']).toMatch(/^text\/plain/)
    expect(body).toMatch(/gonets_intake_results_total\{outcome="created"\} 1/)
    expect(body).toMatch(
      /gonets_outbox_deliveries_total\{kind="start-submission",outcome="delivered"\} 1/,
    )
    expect(body).toContain('route="/v1/submissions/:id"')
    expect(body).not.toContain(id)
  })
})

describe('codec endpoint', () => {
  const payloads = [{ metadata: { encoding: btoa('json/plain') }, data: btoa('x') }]
  const decode = (harness: Harness, headers: Record<string, string> = {}, options = {}) =>
    harness.send({
      method: 'POST',
      url: '/codec/decode',
      payload: { payloads },
      headers: { 'x-namespace': 'default', ...headers },
      ...options,
    })

  it('decodes for a key with the right `operate`', async () => {
    const answer = await decode(api, { origin: WEB_UI_ORIGIN })
    expect(answer.statusCode, answer.body).toBe(200)
    expect(answer.headers['access-control-allow-origin']).toBe(WEB_UI_ORIGIN)
    expect(answer.json().payloads).toEqual([
      { metadata: payloads[0]?.metadata, data: btoa('"decoded"') },
    ])
    expect((await decode(api, {}, { key: null })).statusCode).toBe(401)
    expect((await decode(api, {}, { rights: ['read', 'read-body'] })).statusCode).toBe(403)
  })

  it('answers the preflight of exactly one origin', async () => {
    const preflight = (origin: string) =>
      api.app.inject({
        method: 'OPTIONS',
        url: '/codec/decode',
        headers: { origin, 'access-control-request-method': 'POST' },
      })
    const allowed = await preflight(WEB_UI_ORIGIN)
    expect(allowed.statusCode).toBe(204)
    expect(allowed.headers['access-control-allow-origin']).toBe(WEB_UI_ORIGIN)
    expect(allowed.headers['access-control-allow-headers']).toContain('x-namespace')
    const other = await preflight('http://evil.example')
    expect(other.headers['access-control-allow-origin']).toBeUndefined()
    const crossing = await decode(api, { origin: 'http://evil.example' })
    expect(crossing.statusCode).toBe(403)
  })

  it('without a key serves this machine alone, and only the one origin', async () => {
    const local = await createHarness({ codecAccess: 'loopback' })
    expect((await decode(local, {}, { key: null })).statusCode).toBe(200)
    const far = await decode(local, {}, { key: null, remoteAddress: '192.0.2.1' })
    expect(far.statusCode).toBe(403)
    const page = await decode(local, { origin: 'http://evil.example:8080' }, { key: null })
    expect(page.statusCode).toBe(403)
    await local.close()
  })

  it('does not exist when switched off', async () => {
    const off = await createHarness({ codecAccess: 'off' })
    expect((await decode(off)).statusCode).toBe(404)
    await off.close()
  })
})
