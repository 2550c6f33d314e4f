import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createHttpConsentService } from '../../../adapters/consents/http/http-consent-service.ts'
import { createSandbox } from '../../../sandbox/create-sandbox.ts'
import { describeConsentService } from './consent-service-contract.ts'

const temporaryFolder = () => mkdtempSync(join(tmpdir(), 'gonets-consents-'))
const json = { 'content-type': 'application/json' }

describeConsentService('http', async () => {
  const dir = temporaryFolder()
  const sandbox = await createSandbox({ dir, token: 'test-token' })
  const at = (baseUrl: string) => createHttpConsentService({ baseUrl, token: 'test-token' })
  return {
    service: at(sandbox.url),
    at,
    async setStatus(patientRef, status, more = {}) {
      const body = JSON.stringify({ patientRef, status, ...more })
      await fetch(`${sandbox.url}/consents/status`, { method: 'PUT', headers: json, body })
    },
    async close() {
      await sandbox.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
})

const input = { patientRef: '11223344595', documentNumber: 'С-17', analysis: 'x', timeoutMs: 5000 }

describe('http consent service', () => {
  it('keeps the patient and the document out of the address', async () => {
    const seen: { url: string; body: string }[] = []
    const spy: typeof fetch = async (url, init) => {
      seen.push({ url: String(url), body: Buffer.from(init?.body as Uint8Array).toString() })
      return Response.json({ requestId: 'q-1', status: 'active' })
    }
    const service = createHttpConsentService({ baseUrl: 'http://c/', token: 't', fetch: spy })
    const answer = await service.check(input)
    expect(answer).toEqual({
      requestId: 'q-1',
      status: 'active',
      documentNumber: undefined,
      validUntil: undefined,
      expressedAt: undefined,
    })
    expect(seen[0]?.url).toBe('http://c/api/v1/consents/query')
    expect(seen[0]?.body).toContain(input.patientRef)
  })
})

describe('sandbox consents', () => {
  it('switches by patient, and remembers what it was told', async () => {
    const dir = temporaryFolder()
    const first = await createSandbox({ dir })
    const put = (body: object) =>
      fetch(`${first.url}/consents/status`, {
        method: 'PUT',
        headers: json,
        body: JSON.stringify(body),
      })
    await put({ patientRef: 'p-1', status: 'rejected' })
    await put({ patientRef: 'p-2', documentNumber: 'С-2', status: 'expired' })
    const fault = { target: 'consent', mode: 'expired', match: { patientRef: 'p-3' }, times: 1 }
    await fetch(`${first.url}/faults`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify(fault),
    })
    const ask = (url: string, patientRef: string, documentNumber?: string) =>
      createHttpConsentService({ baseUrl: url, token: 'sandbox-token' })
        .check({ ...input, patientRef, documentNumber })
        .then(({ status }) => status)
    expect(await ask(first.url, 'p-3')).toBe('expired')
    expect(await ask(first.url, 'p-3')).toBe('active')
    await first.close()

    const second = await createSandbox({ dir })
    expect(await ask(second.url, 'p-1', 'С-1')).toBe('rejected')
    expect(await ask(second.url, 'p-2', 'С-2')).toBe('expired')
    expect(await ask(second.url, 'p-2', 'С-3')).toBe('active')
    const since = { patientRef: 'p-2', documentNumber: 'ЕПГУ-4', status: 'active' }
    const body = JSON.stringify(since)
    await fetch(`${second.url}/consents/status`, { method: 'PUT', headers: json, body })
    expect(await ask(second.url, 'p-2', 'С-2'), 'another document of the patient').toBe('active')
    await second.close()
    rmSync(dir, { recursive: true, force: true })
  })
})
