import { once } from 'node:events'
import { get as httpGet, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { waitForChange } from '../../api/routes/submissions/wait-for-change.ts'
import { createHarness, type Harness } from './support/harness.ts'
import { advance, submit } from './support/submission.ts'

let api: Harness
beforeAll(async () => {
  api = await createHarness()
})
afterAll(() => api.close())

const get = (url: string, headers: Record<string, string> = {}) =>
  api.send({ method: 'GET', url, headers })

describe('GET /v1/submissions/:id', () => {
  it('shows state, versions and links, and no patient', async () => {
    const id = await submit(api, 'S-1')
    const answer = await get(`/v1/submissions/${id}`)
    expect(answer.statusCode, answer.body).toBe(200)
    expect(answer.json()).toMatchObject({
      id,
      phase: 'checking-consent',
      statusText: 'В обработке',
      source: { system: 'lis-test', resultId: 'S-1', version: null },
      analysisCode: 'GLU',
      versions: [{ version: 1, changedFields: [] }],
      links: { self: `/v1/submissions/${id}`, events: `/v1/submissions/${id}/events` },
    })
  })

  it('explains why a submission waits', async () => {
    const id = await submit(api, 'S-2')
    await advance(api, id, { phase: 'needs-attention', reason: 'no-answer' })
    expect((await get(`/v1/submissions/${id}`)).json()).toMatchObject({
      status: 'stopped',
      reason: 'no-answer',
      reasonText: 'Реестр не ответил в отведённый срок',
    })
  })

  it('holds a long poll until something changes', async () => {
    const id = await submit(api, 'S-3')
    const { revision } = (await get(`/v1/submissions/${id}`)).json()
    const waiting = get(`/v1/submissions/${id}?wait=30s&revision=${revision}`)
    await advance(api, id, { phase: 'assembling' })
    expect((await waiting).json().phase).toBe('assembling')
  })

  it('answers at once when the known revision is old', async () => {
    const id = await submit(api, 'S-4')
    const { revision } = (await get(`/v1/submissions/${id}`)).json()
    const old = await get(`/v1/submissions/${id}?wait=60s&revision=${revision - 1}`)
    expect(old.json().revision).toBe(revision)
  })

  it('answers with the same state when nothing changes in time', async () => {
    let reads = 0
    const read = async () => {
      reads += 1
      return { revision: 7 }
    }
    const { signal } = new AbortController()
    const same = await waitForChange({ first: { revision: 7 }, read, waitMs: 5, pollMs: 1, signal })
    expect(same.revision).toBe(7)
    expect(reads).toBeGreaterThan(0)
  })

  it('ends long polls when the process stops', async () => {
    const other = await createHarness()
    const id = await submit(other, 'S-5')
    const waiting = other.send({ method: 'GET', url: `/v1/submissions/${id}?wait=60s` })
    await new Promise((resolve) => setImmediate(resolve))
    other.deps.waitRoom.close()
    expect((await waiting).statusCode).toBe(200)
    await other.close()
  })

  it.each(['61s', '0s', '5', 'abc'])('refuses wait=%s', async (wait) => {
    const answer = await get(`/v1/submissions/0198c5be-6f0e-7a53-9d11-5e0a4a3c1f10?wait=${wait}`)
    expect(answer.statusCode).toBe(422)
    expect(answer.json().errors).toMatchObject([{ pointer: '/wait' }])
  })
})

describe('GET /v1/submissions', () => {
  it('filters and pages', async () => {
    for (const number of [1, 2, 3])
      await submit(api, `P-${number}`, { source: { system: 'lis-pages', resultId: `P-${number}` } })
    const seen: string[] = []
    let url = '/v1/submissions?sourceSystem=lis-pages&limit=2'
    for (let page = 0; page < 2; page++) {
      const { items, nextCursor } = (await get(url)).json()
      seen.push(...items.map((item: { source: { resultId: string } }) => item.source.resultId))
      url = `/v1/submissions?sourceSystem=lis-pages&limit=2&cursor=${encodeURIComponent(nextCursor)}`
    }
    expect(seen).toEqual(['P-3', 'P-2', 'P-1'])
    const one = await get('/v1/submissions?sourceId=P-2&phase=checking-consent&from=2026-01-01')
    expect(one.json().items).toHaveLength(1)
    expect((await get('/v1/submissions?sourceId=P-2&status=accepted')).json().items).toEqual([])
  })

  it('refuses a cursor that is none', async () => {
    const answer = await get('/v1/submissions?cursor=nonsense')
    expect(answer.statusCode).toBe(400)
    expect(answer.json().code).toBe('invalid-cursor')
  })
})

describe('GET /v1/submissions/:id/events', () => {
  it('lists the timeline', async () => {
    const id = await submit(api, 'E-1')
    await advance(api, id, { phase: 'assembling' })
    const { items } = (await get(`/v1/submissions/${id}/events`)).json()
    expect(items.map(({ seq }: { seq: number }) => seq)).toEqual([1, 2])
    expect(items[1]).toMatchObject({ type: 'test.assembling', text: 'Шаг испытания', version: 1 })
    const rest = await get(`/v1/submissions/${id}/events?after=1`)
    expect(rest.json().items).toHaveLength(1)
  })

  it('streams until the submission settles', async () => {
    const id = await submit(api, 'E-2')
    const stream = get(`/v1/submissions/${id}/events`, { accept: 'text/event-stream' })
    await advance(api, id, { phase: 'assembling' })
    await advance(api, id, { phase: 'cancelled', reason: 'cancelled-by-operator' })
    const answer = await stream
    expect(answer.headers['content-type']).toMatch(/^text\/event-stream/)
    const ids = [...answer.body.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]))
    expect(ids).toEqual([1, 2, 3])
    expect(answer.body).toContain('event: test.cancelled\n')
    const data = /^data: (.*)$/m.exec(answer.body)?.[1] ?? ''
    expect(JSON.parse(data)).toMatchObject({ seq: 1, version: 1 })
  })

  it('resumes after Last-Event-ID, and says 204 when there is no more to come', async () => {
    const id = await submit(api, 'E-3')
    await advance(api, id, { phase: 'cancelled' })
    const accept = 'text/event-stream'
    const resumed = await get(`/v1/submissions/${id}/events`, { accept, 'last-event-id': '1' })
    expect([...resumed.body.matchAll(/^id: (\d+)$/gm)].map((match) => match[1])).toEqual(['2'])
    const done = await get(`/v1/submissions/${id}/events`, { accept, 'last-event-id': '2' })
    expect(done.statusCode).toBe(204)
  })

  it('refuses a stream when all places are taken', async () => {
    const id = await submit(api, 'E-4')
    const places = Array.from({ length: 20 }, () =>
      api.deps.waitRoom.enter(new AbortController().signal),
    )
    const answer = await get(`/v1/submissions/${id}/events`, { accept: 'text/event-stream' })
    expect(answer.statusCode).toBe(503)
    expect(answer.json().code).toBe('too-many-streams')
    expect(answer.headers['retry-after']).toBeDefined()
    for (const place of places) place?.leave()
  })

  it('gives the places of clients that went away to others', async () => {
    const other = await createHarness()
    const id = await submit(other, 'E-5')
    await other.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = other.app.server.address() as AddressInfo
    const authorization = `Bearer ${await other.keyOf(['read'])}`
    const headers = { authorization, accept: 'text/event-stream' }
    const open = async () => {
      const request = httpGet({ port, path: `/v1/submissions/${id}/events`, headers, agent: false })
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      return { request, status: response.statusCode, data: once(response, 'data') }
    }
    const streams = await Promise.all(Array.from({ length: 20 }, open))
    await Promise.all(streams.map(({ data }) => data))
    expect((await open()).status).toBe(503)
    for (const { request } of streams) request.destroy()
    await vi.waitFor(async () => expect((await open()).status).toBe(200))
    await other.close()
  })
})
