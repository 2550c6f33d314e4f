import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { jsonParser } from '../../../adapters/formats/json/json-parser.ts'
import { reportInputSchema } from '../../../adapters/formats/json/report-input-schema.ts'
import { reportSchema, schemaMatchesReport } from '../../../adapters/formats/report-schema.ts'
import { accept, parse, refusals, SAMPLE, withField } from './json-sample.ts'
import { label, OPTIONS } from './oru.ts'

const value = '/observations/0/value'
const quantity = (number: unknown) => ({ kind: 'quantity', value: number, unit: { code: 'г/л' } })

describe('the JSON schema', () => {
  it('describes the same shape as the domain type', () => {
    expect(schemaMatchesReport).toBe(true)
  })

  it('takes the priority of the order in the words of FHIR', () => {
    expect(accept(withField('/order/priority', 'asap')).report.order?.priority).toBe('asap')
    expect(refusals(withField('/order/priority', 'S'))).toEqual(['invalid-value /order/priority'])
  })

  it('can be written as JSON Schema for OpenAPI', () => {
    const schema = z.toJSONSchema(reportInputSchema)
    expect(schema.required).toEqual([
      'source',
      'status',
      'patient',
      'analysis',
      'observations',
      'performedAt',
    ])
    expect(schema.additionalProperties).toBe(false)
  })
})

describe('what may be written', () => {
  it('a report in canonical form stays as it is', () => {
    const { report } = accept(SAMPLE)
    expect(reportSchema.parse(report)).toEqual(report)
    expect(accept(report).report).toEqual(report)
  })

  it.each([
    ['"5.10"', '5.10'],
    ['"5,10"', '5.10'],
    ['5.10', '5.10'],
    ['7', '7'],
    ['-0.5', '-0.5'],
    ['1.5e3', '1500'],
    ['25e-4', '0.0025'],
    ['9007199254740993', '9007199254740993'],
  ])('the number %s is kept as %s', (sent, kept) => {
    const text = JSON.stringify(withField(value, quantity('@'))).replace('"@"', sent)
    expect(accept(text).report.observations[0]?.value).toMatchObject({ value: kept })
  })

  it.each(['"abc"', '""', '"1 000"', 'true', 'null', '1e99', '[1]', '{}'])(
    '%s is no number',
    (sent) => {
      const text = JSON.stringify(withField(value, quantity('@'))).replace('"@"', sent)
      expect(refusals(text)).toEqual([expect.stringContaining(`${value}/value`)])
    },
  )

  it('times without an offset are of the laboratory', () => {
    expect(accept(withField('/performedAt', '2026-03-02T10:15')).report.performedAt).toBe(
      '2026-03-02T10:15:00+05:00',
    )
    expect(accept(withField('/performedAt', '2026-03-02T10:15:00.000Z')).report.performedAt).toBe(
      '2026-03-02T10:15:00Z',
    )
  })

  it('СНИЛС may have separators, code systems other names, and defaults are filled in', () => {
    const root = JSON.parse(SAMPLE)
    root.patient.snils = '900-100-201 94'
    root.analysis.codeSystem = 'НМУ'
    root.observations = [{ code: 'HGB', codeSystem: 'L', name: 'Hb', value: quantity(1) }]
    delete root.source.version
    delete root.notes
    const { report } = accept(root)
    expect(report.source, 'a version that nobody gave').not.toHaveProperty('version')
    expect(report).toMatchObject({
      patient: { snils: '90010020194' },
      analysis: { codeSystem: 'nmu' },
      observations: [{ codeSystem: 'local', status: 'final', notes: [] }],
      notes: [],
    })
  })

  it.each([
    { kind: 'ratio', numerator: 1, denominator: '128', separator: ':' },
    { kind: 'range', low: '5,0', high: 10 },
    { kind: 'coded', coding: { code: '1', codeSystem: 'ФСЛИ', name: 'а' } },
    { kind: 'text', text: 'раз\nдва' },
    { kind: 'file', mediaType: 'application/pdf', title: 'Отчёт', dataBase64: 'JVBERg==' },
  ])('a value of kind $kind', (sent) => {
    expect(accept(withField(value, sent)).report.observations[0]?.value?.kind).toBe(sent.kind)
  })
})

describe('what is refused', () => {
  it.each([
    ['/patient/familyName', undefined, 'required /patient/familyName'],
    ['/patient/familyName', '  ', 'too-small /patient/familyName'],
    ['/patient/familyName', 'Т'.repeat(101), 'too-large /patient/familyName'],
    ['/patient/familyName', 'Те\nстова', 'invalid-value /patient/familyName'],
    ['/patient/familyName', 'Т\u0000', 'invalid-value /patient/familyName'],
    ['/patient/familyName', '\ud83d', 'invalid-value /patient/familyName'],
    ['/patient/familyName', 5, 'invalid-type /patient/familyName'],
    ['/patient/birthDate', undefined, 'required /patient/birthDate'],
    ['/patient/birthDate', '2001-02-30', 'invalid-value /patient/birthDate'],
    ['/patient/birthDate', '2025-10-15', 'birth-date-late /patient/birthDate'],
    ['/patient/sex', 'f', 'invalid-value /patient/sex'],
    ['/patient/email', 'anna', 'invalid-value /patient/email'],
    ['/patient/snils', '90010020195', 'identifier-checksum /patient/snils'],
    ['/patient/policy', '123', 'identifier-length /patient/policy'],
    ['/performer/snils', 'нет', 'identifier-digits /performer/snils'],
    ['/performedAt', '14.10.2025', 'invalid-value /performedAt'],
    ['/source/version', 0, 'too-small /source/version'],
    ['/status', 'done', 'invalid-value /status'],
    ['/messageId', 'M'.repeat(201), 'too-large /messageId'],
    ['/issuedAt', '2026-03-02', 'invalid-value /issuedAt'],
    ['/observations', [], 'observations-missing /observations'],
    ['/observations/3/colour', 'red', 'unknown-field /observations/3/colour'],
    ['/observations/3/status', 'preliminary', 'status-contradictory /observations/3/status'],
    [value, undefined, `value-missing ${value}`],
    [value, { kind: 'number' }, `invalid-value ${value}/kind`],
    [value, { kind: 'range', low: 9, high: 4 }, `range-reversed ${value}`],
    [
      value,
      { kind: 'file', mediaType: 'a/b', dataBase64: '====' + '*' },
      `invalid-value ${value}/dataBase64`,
    ],
  ])('%s = %j', (path, sent, refusal) => {
    expect(refusals(withField(path, sent))).toContain(refusal)
  })

  it('a checksum may be let through, with a warning', () => {
    const { report, warnings } = accept(withField('/patient/snils', '900-100-201 95'), {
      identifierChecks: 'warn',
    })
    expect(report.patient.snils).toBe('90010020195')
    expect(label(warnings)).toEqual(['identifier-checksum /patient/snils'])
  })

  it.each([
    ['nothing', '', 'json-invalid '],
    ['torn', SAMPLE.slice(0, -100), 'json-invalid '],
    ['HL7', 'MSH|^~\\&|', 'json-invalid '],
    ['a list', '[]', 'invalid-type '],
    ['null', 'null', 'invalid-type '],
    ['nesting', `${'['.repeat(100_000)}`, 'json-too-deep '],
    ['a flood of values', `[${'0,'.repeat(300_000)}0]`, 'json-too-large '],
    ['a prototype', SAMPLE.replace('{', '{"__proto__":{"a":1},'), 'unknown-field /__proto__'],
  ])('%s', (_name, text, refusal) => {
    expect(refusals(text)).toEqual([refusal])
  })

  it('bytes that are not UTF-8', () => {
    const parsed = jsonParser.parse({
      bytes: Buffer.from([0x7b, 0xd2, 0xe5]),
      contentType: 'application/json',
      options: OPTIONS,
    })
    expect(parsed.ok ? [] : label(parsed.error)).toEqual(['encoding-invalid '])
  })

  it('at most a hundred mistakes are listed', () => {
    expect(refusals(withField('/observations', Array(500).fill({})))).toHaveLength(100)
  })

  it('tells the place of a syntax error and no content', () => {
    const parsed = parse('{\n  "patient" "Секретова"\n}')
    expect(parsed.ok ? '' : parsed.error[0]?.detail).toBe(
      'Содержимое не является правильным JSON: строка 2, знак 13.',
    )
  })

  it('speaks Russian throughout', () => {
    const parsed = parse({ source: 1, patient: [], observations: [{ value: 1, code: 2 }, null] })
    const details = parsed.ok ? [] : parsed.error.map(({ detail }) => detail)
    expect(details.length).toBeGreaterThan(8)
    for (const detail of details) {
      expect(detail.replace(/\/[\w/]*/g, '')).not.toMatch(/[a-z]{3}(?!inary|minary|al|ected)/i)
    }
  })
})
