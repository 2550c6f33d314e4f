import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConsentAnswer, ConsentService } from '../../../adapters/consents/port.ts'
import { isAppError } from '../../../domain/shared/app-error.ts'
import {
  type MisbehavingServer,
  type Misbehaviour,
  startMisbehavingServer,
} from '../registries/misbehaving-server.ts'

export interface ConsentHarness {
  readonly service: ConsentService
  at(url: string): ConsentService
  setStatus(
    patientRef: string,
    status: ConsentAnswer['status'],
    more?: { readonly analysis?: string; readonly expressedAt?: string },
  ): Promise<void>
  close(): Promise<void>
}

const PATIENT = '11223344595'
const timeoutMs = 5000

/** The port's promises, the same for every consent service. */
export function describeConsentService(name: string, open: () => Promise<ConsentHarness>): void {
  describe(`consent service ${name}`, () => {
    let harness: ConsentHarness
    let server: MisbehavingServer
    beforeAll(async () => {
      harness = await open()
      server = await startMisbehavingServer()
    })
    afterAll(async () => {
      await server.close()
      await harness.close()
    })
    const check = (service: ConsentService, change: object = {}) =>
      service.check({
        patientRef: PATIENT,
        documentNumber: undefined,
        analysis: 'blood-count',
        timeoutMs,
        ...change,
      })

    it.each(['active', 'expired', 'rejected', 'unknown'] as const)('reports %s', async (status) => {
      await harness.setStatus(PATIENT, status)
      const answer = await check(harness.service)
      expect(answer.status).toBe(status)
      expect(answer.requestId).not.toBe('')
    })

    it('names the document and its term', async () => {
      await harness.setStatus(PATIENT, 'active')
      const answer = await check(harness.service, { documentNumber: 'С-17' })
      expect(answer.documentNumber).toBe('С-17')
      expect(answer.validUntil).toBeInstanceOf(Date)
      expect(answer.validUntil?.getTime()).not.toBeNaN()
    })

    it('answers for each analysis, and what holds at the time of the question', async () => {
      const expressedAt = '2027-01-15T10:00:00+03:00'
      await harness.setStatus('p-each', 'active', { expressedAt })
      await harness.setStatus('p-each', 'rejected', { analysis: 'hiv' })
      const ask = (analysis: string) => check(harness.service, { patientRef: 'p-each', analysis })
      expect(await ask('blood-count')).toMatchObject({
        status: 'active',
        expressedAt: new Date(expressedAt),
      })
      expect(await ask('hiv')).toMatchObject({ status: 'rejected', expressedAt: undefined })
      await harness.setStatus('p-each', 'active', { analysis: 'hiv' })
      expect(await ask('hiv')).toMatchObject({ status: 'active' })
    })

    it('gives every query an id of its own', async () => {
      const [first, second] = [await check(harness.service), await check(harness.service)]
      expect(first.requestId).not.toBe(second.requestId)
    })

    const transient = { code: 'consent-service-unavailable', class: 'transient' }
    const permanent = { code: 'consent-service-protocol-error', class: 'permanent' }
    it.each<[string, Misbehaviour, object]>([
      ['no answer in time', { how: 'hang' }, transient],
      ['connection cut', { how: 'cut' }, transient],
      ['answer cut', { how: 'cut-body', status: 200 }, transient],
      ['slow answer', { how: 'slow-body', status: 200 }, transient],
      ['endless answer', { how: 'huge-body', status: 200 }, permanent],
      ['garbage', { how: 'answer', status: 200, body: `active ${PATIENT}` }, permanent],
      [
        'an unknown status',
        { how: 'answer', status: 200, body: '{"requestId":"1","status":"yes"}' },
        permanent,
      ],
      ['500', { how: 'answer', status: 500 }, transient],
      ['503', { how: 'answer', status: 503 }, transient],
      [
        '429',
        { how: 'answer', status: 429, headers: { 'retry-after': '4' } },
        { ...transient, retryAfterMs: 4000 },
      ],
      ['401', { how: 'answer', status: 401 }, permanent],
      ['404', { how: 'answer', status: 404, body: `no ${PATIENT}` }, permanent],
      ['redirect', { how: 'answer', status: 302, headers: { location: '/' } }, permanent],
    ])('%s', async (_name, behaviour, expected) => {
      server.behave(behaviour)
      const stalls = behaviour.how === 'hang' || behaviour.how === 'slow-body'
      const error = await check(harness.at(server.url), stalls ? { timeoutMs: 60 } : {}).catch(
        (e) => e,
      )
      expect(isAppError(error)).toBe(true)
      expect(error).toMatchObject(expected)
      expect(`${error.stack} ${JSON.stringify(error)} ${error.cause}`).not.toContain(PATIENT)
    })

    it('nobody listens', async () => {
      const gone = await startMisbehavingServer()
      await gone.close()
      await expect(check(harness.at(gone.url))).rejects.toMatchObject(transient)
    })
  })
}
