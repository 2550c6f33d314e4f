import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHarness, type Harness } from './support/harness.ts'
import { hl7Result, jsonResult, PLANTED_TRACES } from './support/results.ts'

let api: Harness
beforeAll(async () => {
  api = await createHarness()
})
afterAll(() => api.close())

const HL7 = 'application/hl7-v2'
const JSON_TYPE = 'application/json'
const json = (changes: Record<string, unknown>) => JSON.stringify(jsonResult('M-1', changes))
const whole = JSON.stringify(jsonResult('M-1'))
const random = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 197 + 31) % 256))

/** Each: what is wrong, content type, body, and a place the answer must name (when there is one). */
const CASES: [string, string, Buffer | string, RegExp?][] = [
  ['empty JSON', JSON_TYPE, ''],
  ['empty HL7', HL7, ''],
  ['truncated JSON', JSON_TYPE, whole.slice(0, 300)],
  ['truncated HL7', HL7, hl7Result('M-2').slice(0, 120)],
  ['binary as JSON', JSON_TYPE, random],
  ['binary as HL7', HL7, random],
  ['JSON that is a list', JSON_TYPE, '[]'],
  ['JSON that is null', JSON_TYPE, 'null'],
  ['deep nesting', JSON_TYPE, `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
  [
    'deep nesting in a field',
    JSON_TYPE,
    `{"patient":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`,
  ],
  ['prototype pollution', JSON_TYPE, `{"__proto__":{"admin":true},${whole.slice(1)}`],
  [
    'JSON in windows-1251',
    JSON_TYPE,
    Buffer.from([0x7b, 0x22, 0xcf, 0xe0, 0x22, 0x3a, 0x31, 0x7d]),
  ],
  ['UTF-16 as JSON', JSON_TYPE, Buffer.from(whole, 'utf16le')],
  ['no patient', JSON_TYPE, json({ patient: undefined }), /^\/patient/],
  ['no observations', JSON_TYPE, json({ observations: [] }), /^\/observations/],
  [
    'wrong birth date',
    JSON_TYPE,
    json({ patient: { ...jsonResult('x').patient, birthDate: '31.12.1961' } }),
    /birthDate/,
  ],
  [
    'wrong СНИЛС',
    JSON_TYPE,
    json({ patient: { ...jsonResult('x').patient, snils: '112-233-445 96' } }),
    /snils/,
  ],
  ['unknown field', JSON_TYPE, json({ surprise: 1 }), /surprise|^$/],
  ['unknown status', JSON_TYPE, json({ status: 'done' }), /^\/status/],
  [
    'number of the wrong form',
    JSON_TYPE,
    json({
      observations: [
        { code: 'a', codeSystem: 'local', name: 'a', value: { kind: 'quantity', value: 'много' } },
      ],
    }),
    /observations\/0\/value/,
  ],
  ['no MSH', HL7, hl7Result('M-3', { drop: 'MSH' })],
  ['no PID', HL7, hl7Result('M-4', { drop: 'PID' }), /PID/],
  ['no OBR', HL7, hl7Result('M-5', { drop: 'OBR' })],
  ['no OBX', HL7, hl7Result('M-6', { drop: 'OBX' }), /OB[RX]/],
  ['HL7 sent as JSON', JSON_TYPE, hl7Result('M-7')],
  ['JSON sent as HL7', HL7, whole],
  ['unknown charset', `${HL7}; charset=klingon`, hl7Result('M-8').replace('UNICODE UTF-8', '')],
]

describe('malformed results', () => {
  it.each(CASES)('%s', async (_name, contentType, payload, place) => {
    const started = performance.now()
    const answer = await api.send({
      method: 'POST',
      url: '/v1/submissions',
      payload,
      headers: { 'content-type': contentType },
    })
    expect(answer.statusCode, answer.body).toBe(422)
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    const problem = answer.json()
    expect(problem).toMatchObject({
      status: 422,
      code: 'validation-failed',
      type: expect.any(String),
    })
    expect(problem.instance).toMatch(/^urn:uuid:/)
    expect(problem.errors.length).toBeGreaterThan(0)
    for (const error of problem.errors) expect(error.detail).toMatch(/[А-Яа-яЁё]/)
    if (place)
      expect(problem.errors.map((error: { pointer: string }) => error.pointer).join(' ')).toMatch(
        place,
      )
    for (const trace of PLANTED_TRACES) expect(answer.body).not.toContain(trace)
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it('accepts an unknown segment and says so', async () => {
    const answer = await api.send({
      method: 'POST',
      url: '/v1/submissions',
      payload: `${hl7Result('M-9')}\rABC|1|что-то`,
      headers: { 'content-type': HL7 },
    })
    expect(answer.statusCode, answer.body).toBe(202)
    expect(JSON.stringify(answer.json().warnings)).toMatch(/ABC/)
  })

  it('refuses nine megabytes of garbage quickly and eleven unread', async () => {
    const garbage = (megabytes: number) => Buffer.alloc(megabytes * 1024 * 1024, '{"a":[')
    for (const [megabytes, status] of [
      [9, 422],
      [11, 413],
    ] as const) {
      for (const contentType of [JSON_TYPE, HL7]) {
        const answer = await api.send({
          method: 'POST',
          url: '/v1/submissions',
          payload: garbage(megabytes),
          headers: { 'content-type': contentType },
        })
        expect(answer.statusCode).toBe(status)
        expect(answer.headers['content-type']).toMatch(/problem\+json/)
      }
    }
  })
})
