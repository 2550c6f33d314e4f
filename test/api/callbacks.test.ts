import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CALLBACK_SECRET, createHarness, type Harness } from './support/harness.ts'
import { submit } from './support/submission.ts'

let api: Harness
beforeAll(async () => {
  api = await createHarness()
})
afterAll(() => api.close())

const nowSeconds = () => String(Math.floor(Date.now() / 1000))

function callback(
  body: string | Buffer,
  { secret = CALLBACK_SECRET, timestamp = nowSeconds(), organization = 'lab-1' } = {},
) {
  const hmac = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')
  return api.send({
    method: 'POST',
    url: `/callbacks/portal/${organization}`,
    payload: body,
    key: null,
    headers: {
      'content-type': 'application/json',
      'x-portal-timestamp': timestamp,
      'x-portal-signature': `v1=${hmac}`,
    },
  })
}
async function answerFor(id: string, changes: object = {}): Promise<string> {
  const view = await api.store.submissions.find('lab-1', id)
  return JSON.stringify({
    messageId: `m-${id}`,
    documentId: view?.documentId,
    status: 'accepted',
    registryId: 'REG-1',
    reasons: [],
    answeredAt: '2026-02-11T09:31:07+03:00',
    ...changes,
  })
}
const signalsOf = (id: string) =>
  api.workflows.delivered.filter((m) => m.kind === 'registry-answered' && m.submissionId === id)

describe('POST /callbacks/portal/:id', () => {
  it('stores a signed answer, tells the workflow, and says 200 to the repeat', async () => {
    const id = await submit(api, 'K-1')
    const body = await answerFor(id)
    const first = await callback(body)
    expect(first.statusCode, first.body).toBe(200)
    expect(first.json()).toEqual({ received: true })
    expect((await callback(body)).json()).toEqual({ received: true })
    await api.settle()
    expect(signalsOf(id)).toHaveLength(1)
    const view = await api.store.submissions.find('lab-1', id)
    expect(view?.answers).toMatchObject([
      { verdict: 'accepted', registryId: 'REG-1', via: 'callback' },
    ])
  })

  it('refuses what is not signed with the secret, or signed long ago', async () => {
    const body = await answerFor(await submit(api, 'K-2'))
    const hourAgo = String(Math.floor(Date.now() / 1000) - 3600)
    for (const answer of [
      await callback(body, { secret: 'another-secret-entirely' }),
      await callback(body, { timestamp: hourAgo }),
      await api.send({
        method: 'POST',
        url: '/callbacks/portal/lab-1',
        payload: JSON.parse(body),
        key: null,
      }),
      await api.send({ method: 'POST', url: '/callbacks/portal/lab-1', key: null }),
    ]) {
      expect(answer.statusCode).toBe(401)
      expect(answer.json().code).toBe('callback-signature-invalid')
    }
  })

  it('does not know documents of nobody, of another organisation, or without a proper id', async () => {
    const id = await submit(api, 'K-3')
    const bodies = [
      [await answerFor(id, { documentId: '0198c5be-6f0e-7a53-9d11-5e0a4a3c1f10' }), 'lab-1'],
      [await answerFor(id, { documentId: "'; DROP TABLE submission" }), 'lab-1'],
      [await answerFor(id), 'lab-2'],
    ] as const
    for (const [body, organization] of bodies) {
      const answer = await callback(body, { organization })
      expect(answer.statusCode, answer.body).toBe(404)
      expect(answer.json().code).toBe('document-unknown')
    }
    expect((await api.store.submissions.find('lab-1', id))?.answers).toEqual([])
  })

  it.each(['', '{', '[]', '{"messageId":1}', Buffer.from([0xff, 0xfe, 0x00])])(
    'refuses the signed body %j',
    async (body) => {
      const answer = await callback(body)
      expect(answer.statusCode).toBe(422)
      expect(answer.json().errors.length).toBeGreaterThan(0)
    },
  )

  it('refuses more than a megabyte', async () => {
    expect((await callback(Buffer.alloc(1024 * 1024 + 1, 32))).statusCode).toBe(413)
  })
})
