import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  parsePortalAnswer,
  verifyPortalSignature,
} from '../../../adapters/registries/portal/answers.ts'

const message = {
  messageId: 'm-1',
  documentId: 'd-1',
  status: 'accepted',
  registryId: '77.75.26.11.000000001',
  reasons: [],
  answeredAt: '2026-02-11T09:31:07+03:00',
}
const parse = (change: object = {}) =>
  parsePortalAnswer(Buffer.from(JSON.stringify({ ...message, ...change })))

describe('parsePortalAnswer', () => {
  it('reads an acceptance', () => {
    expect(parse()).toEqual({
      ok: true,
      value: {
        messageId: 'm-1',
        documentId: 'd-1',
        verdict: 'accepted',
        registryId: '77.75.26.11.000000001',
        issues: [],
        answeredAt: new Date('2026-02-11T06:31:07Z'),
      },
    })
  })

  it.each([
    ['rejected', 'rejected'],
    ['correction_required', 'correction-required'],
    ['clarification_required', 'clarification-required'],
    ['processing', 'processing'],
  ])('%s is %s and needs no number', (status, verdict) => {
    const parsed = parse({ status, registryId: null, reasons: null })
    expect(parsed).toMatchObject({ ok: true, value: { verdict, registryId: undefined } })
  })

  it('keeps code, field and text of a reason, cleaned and cut', () => {
    const reasons = [
      {
        code: 'birth_date_mismatch',
        field: 'patient.birthDate',
        message: `Дата\u0000\r\n не ${'о'.repeat(600)}`,
      },
      { code: 'a code with spaces', field: '/patient', message: '' },
    ]
    const parsed = parse({ status: 'rejected', reasons })
    const [first, second] = parsed.ok ? parsed.value.issues : []
    expect(first).toMatchObject({ code: 'birth_date_mismatch', pointer: '/patient/birthDate' })
    expect(first?.detail).toMatch(/^Дата не о+…$/)
    expect(first?.detail).toHaveLength(500)
    expect(second).toEqual({
      code: 'portal-refused',
      pointer: '/patient',
      detail: 'Портал не объяснил причину.',
      severity: 'error',
    })
  })

  it.each([
    ['acceptance without a number', { registryId: null }, '/registryId'],
    ['unknown status', { status: 'ok' }, '/status'],
    ['no message id', { messageId: '' }, '/messageId'],
    ['no document', { documentId: undefined }, '/documentId'],
    ['a time without zone', { answeredAt: '2026-02-11T09:31:07' }, '/answeredAt'],
    ['reasons that are none', { reasons: 'no' }, '/reasons'],
  ])('%s is an issue that names the field', (_name, change, pointer) => {
    expect(parse(change)).toMatchObject({ ok: false, error: [{ pointer }] })
  })

  it('never throws, and issues never quote what was sent', () => {
    const secret = 'Тестова112-233'
    const broken = fc
      .tuple(fc.constantFrom(...Object.keys(message)), fc.jsonValue())
      .map(([key, value]) => JSON.stringify({ ...message, [key]: [secret, value] }))
    const noJson = fc.string().map((text) => `${text}${secret}`)
    fc.assert(
      fc.property(fc.oneof(broken, noJson), (text) => {
        const parsed = parsePortalAnswer(Buffer.from(text))
        expect(parsed.ok).toBe(false)
        expect(JSON.stringify(parsed)).not.toContain(secret)
      }),
      { numRuns: 300 },
    )
  })
})

describe('verifyPortalSignature', () => {
  const secret = 'a-secret-of-sixteen'
  const body = Buffer.from('{"a":"ё"}')
  const now = new Date('2026-02-11T06:31:07Z')
  const timestamp = String(now.getTime() / 1000)
  const sign = (key = secret, time = timestamp, content = body) =>
    `v1=${createHmac('sha256', key).update(`${time}.`).update(content).digest('hex')}`
  const verify = (change: Partial<Parameters<typeof verifyPortalSignature>[0]> = {}) =>
    verifyPortalSignature({ body, timestamp, signature: sign(), secret, now, ...change })

  it('takes a good one, also among others while the secret changes', () => {
    expect(verify()).toBe(true)
    expect(verify({ signature: `${sign('old-secret')}, ${sign()}` })).toBe(true)
    expect(verify({ signature: sign().toUpperCase().replace('V1', 'v1') })).toBe(true)
  })

  it.each([
    ['other body', { body: Buffer.from('{"a":"е"}') }],
    ['other secret', { secret: 'another-secret-16' }],
    ['other time', { timestamp: String(Number(timestamp) + 1) }],
    ['no signature', { signature: undefined }],
    ['no time', { timestamp: undefined }],
    ['empty', { signature: '' }],
    ['no version', { signature: sign().slice(3) }],
    ['half', { signature: sign().slice(0, 40) }],
    ['longer', { signature: `${sign()}00` }],
    ['other version', { signature: sign().replace('v1', 'v2') }],
    ['a flood', { signature: `${sign()},`.repeat(100) }],
    ['a time that is no number', { timestamp: '1e9' }],
  ])('refuses: %s', (_name, change) => {
    expect(verify(change)).toBe(false)
  })

  it('refuses everything while no secret is set', () => {
    expect(verify({ secret: '', signature: sign('') })).toBe(false)
  })

  it('tolerates five minutes either way, no more', () => {
    const at = (seconds: number) => verify({ now: new Date(now.getTime() + seconds * 1000) })
    expect([at(-300), at(300), at(-301), at(301)]).toEqual([true, true, false, false])
  })
})
