import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ARTEFACT_FILES } from '../../api/routes/submissions/artefact-files.ts'
import { createHarness, type Harness } from './support/harness.ts'
import { advance, submit } from './support/submission.ts'

let api: Harness
let id: string
beforeAll(async () => {
  api = await createHarness()
  id = await submit(api, 'F-1')
  const blobs = ARTEFACT_FILES.filter(({ kind }) => kind !== 'source').map(({ kind }) => ({
    id: randomUUID(),
    kind,
    mediaType: 'application/octet-stream',
    bytes: Buffer.from(`bytes of ${kind}`),
  }))
  await advance(api, id, { phase: 'retained' }, blobs)
})
afterAll(() => api.close())

describe('downloads', () => {
  it.each(ARTEFACT_FILES.filter(({ kind }) => kind !== 'source'))(
    '$name',
    async ({ name, kind }) => {
      const url = `/v1/submissions/${id}/${name}`
      const answer = await api.send({ method: 'GET', url })
      expect(answer.statusCode, answer.body).toBe(200)
      expect(answer.body).toBe(`bytes of ${kind}`)
      expect(answer.headers['content-disposition']).toBe(`attachment; filename="${id}-${name}"`)
      expect(answer.headers['cache-control']).toBe('no-store')
      const etag = String(answer.headers.etag)
      expect(etag).toMatch(/^"[0-9a-f]{64}"$/)
      const again = await api.send({ method: 'GET', url, headers: { 'if-none-match': etag } })
      expect(again.statusCode).toBe(304)
    },
  )

  it('links to what exists', async () => {
    const { links } = (await api.send({ method: 'GET', url: `/v1/submissions/${id}` })).json()
    expect(links['evidence.zip']).toBe(`/v1/submissions/${id}/evidence.zip`)
    const fresh = await submit(api, 'F-2')
    const state = (await api.send({ method: 'GET', url: `/v1/submissions/${fresh}` })).json()
    expect(Object.keys(state.links).sort()).toEqual(['events', 'self', 'source'])
  })

  it('journals each one', async () => {
    await api.send({ method: 'GET', url: `/v1/submissions/${id}/source` })
    const rows = await api.query(
      `SELECT target FROM audit_entry WHERE submission_id = $1 AND action = 'artefact.read'`,
      [id],
    )
    expect(rows.map(({ target }) => target)).toContain('source/1')
  })

  it('says that a file is not there yet', async () => {
    const fresh = await submit(api, 'F-3')
    const answer = await api.send({ method: 'GET', url: `/v1/submissions/${fresh}/document.pdf` })
    expect(answer.statusCode).toBe(404)
    expect(answer.json().code).toBe('artefact-not-ready')
  })

  it('says that content was destroyed, and still shows the certificate', async () => {
    const gone = await submit(api, 'F-4')
    const certificate = {
      id: randomUUID(),
      kind: 'destruction-certificate' as const,
      mediaType: 'application/json',
      bytes: Buffer.from('{}'),
    }
    await advance(api, gone, { phase: 'destroyed' }, [certificate])
    await api.store.retention.erase(gone)
    const source = await api.send({ method: 'GET', url: `/v1/submissions/${gone}/source` })
    expect(source.statusCode).toBe(410)
    const url = `/v1/submissions/${gone}/destruction-certificate`
    expect((await api.send({ method: 'GET', url })).statusCode).toBe(200)
  })
})
