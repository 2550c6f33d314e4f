import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFormats } from '../../../adapters/formats/index.ts'
import { reportSchema } from '../../../adapters/formats/report-schema.ts'
import { message, OPTIONS, ORU } from './oru.ts'

const FOLDER = new URL('../../../samples/', import.meta.url)
const TYPES = ['application/json', 'application/hl7-v2'] as const
const samples = readdirSync(FOLDER)
  .filter((file) => /\.(json|hl7)$/.test(file))
  .map((file) => readFileSync(new URL(file, FOLDER)))
const formats = createFormats()

function parse(contentType: string, bytes: Buffer) {
  const parsed = formats.findParser(contentType)?.parse({ bytes, contentType, options: OPTIONS })
  if (!parsed) throw new Error('no parser')
  return parsed
}

/** A result of the right shape, whatever the bytes. */
function expectResult(contentType: string, bytes: Buffer): void {
  const parsed = parse(contentType, bytes)
  if (parsed.ok) {
    expect(parsed.value.results.length).toBeGreaterThan(0)
    for (const { report } of parsed.value.results) {
      expect(reportSchema.safeParse(report).success).toBe(true)
      expect(report.observations.length > 0 || report.status === 'cancelled').toBe(true)
    }
    const keys = parsed.value.results.map(({ report: { source, analysis } }) =>
      JSON.stringify([source.resultId, analysis.code, analysis.codeSystem]),
    )
    expect(new Set(keys).size, 'a result is told of once').toBe(keys.length)
  } else {
    expect(parsed.error.some(({ severity }) => severity === 'error')).toBe(true)
    for (const { detail } of parsed.error) expect(detail).toMatch(/[а-я].*\.$/)
  }
}

/** Signs that mean something to one of the formats are more likely than others. */
const telling = fc.constantFrom(
  ...'|^~\\&\r\n"{}[],:0-9.eE<>FXW',
  'MSH',
  'OBX|',
  '\\X',
  '\u0000',
  'я',
)
const place = fc.nat(20_000)
const mutation = fc.record({
  sample: fc.constantFrom(...samples),
  edits: fc.array(
    fc.record({ at: place, remove: fc.nat(40), insert: fc.oneof(telling, fc.string()) }),
    { minLength: 1, maxLength: 6 },
  ),
})

function mutate(sample: Buffer, edits: readonly { at: number; remove: number; insert: string }[]) {
  return edits.reduce((bytes, { at, remove, insert }) => {
    const start = at % (bytes.length + 1)
    return Buffer.concat([
      bytes.subarray(0, start),
      Buffer.from(insert),
      bytes.subarray(start + remove),
    ])
  }, sample)
}

describe.each(TYPES)('%s answers', (type) => {
  it('any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) =>
        expectResult(type, Buffer.from(bytes)),
      ),
    )
  })

  it('any text', () => {
    const text = fc
      .array(fc.oneof(telling, fc.string({ unit: 'binary' })))
      .map((parts) => parts.join(''))
    fc.assert(fc.property(text, (content) => expectResult(type, Buffer.from(content))))
  })

  it('samples with mistakes', () => {
    fc.assert(
      fc.property(mutation, ({ sample, edits }) => expectResult(type, mutate(sample, edits))),
      { numRuns: 400 },
    )
  })

  it('samples cut anywhere', () => {
    fc.assert(
      fc.property(fc.constantFrom(...samples), place, (sample, at) =>
        expectResult(type, sample.subarray(0, at % sample.length)),
      ),
    )
  })
})

it('application/json answers any JSON', () => {
  fc.assert(fc.property(fc.json(), (text) => expectResult('application/json', Buffer.from(text))))
})

it('application/hl7-v2 answers any segments', () => {
  const field = fc.array(telling, { maxLength: 8 }).map((parts) => parts.join(''))
  const segment = fc
    .tuple(
      fc.constantFrom('PID', 'OBR', 'OBX', 'NTE', 'SPM', 'ORC'),
      fc.array(field, { maxLength: 35 }),
    )
    .map(([name, fields]) => [name, ...fields].join('|'))
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 8 }), (segments) =>
      expectResult('application/hl7-v2', Buffer.from(message({}, ...segments))),
    ),
    { numRuns: 300 },
  )
})

describe('ten megabytes', () => {
  const size = 10 * 1024 * 1024
  const fill = (text: string) => Buffer.alloc(size, text)
  const head = (text: string) =>
    Buffer.concat([Buffer.from(`${Object.values(ORU).join('\r')}\r`), fill(text)])
  it.each([
    ['zeros', fill('\u0000')],
    ['letters', fill('я')],
    ['spaces', fill(' ')],
    ['brackets', fill('[')],
    ['quotes', fill('"')],
    ['numbers', Buffer.concat([Buffer.from('['), fill('1,')])],
    ['one segment of letters', head('я')],
    ['segments', head('OBX|1\r')],
    ['line feeds', head('\n')],
    ['delimiters', head('|')],
    ['repetitions', head('~')],
    ['escapes', head('\\X')],
    ['a note of escapes', Buffer.concat([Buffer.from(`${message()}\rNTE|1|L|`), fill('\\E\\.br')])],
    [
      'a long name',
      Buffer.from(message({ PID: `PID|1||1||${'Т'.repeat(size / 2)}^А||19850412|F` })),
    ],
    [
      'an attachment',
      Buffer.from(message({ OBX: `OBX|1|ED|1^а||^AP^PDF^Base64^${'A'.repeat(size)}||||||F` })),
    ],
  ])('of %s are answered within seconds', (_name, bytes) => {
    for (const type of TYPES) {
      const start = performance.now()
      expectResult(type, bytes)
      // Generous for a busy machine: anything worse than linear takes minutes.
      expect(performance.now() - start).toBeLessThan(5_000)
    }
  })
})

describe('no issue repeats content', () => {
  const SECRET = 'Секретова'

  it('of HL7 v2 fields, wherever it stands', () => {
    const places = Object.entries(ORU).flatMap(([name, segment]) =>
      segment.split('|').map((_field, index) => [name, index] as const),
    )
    for (const [name, index] of places) {
      const fields = ORU[name as keyof typeof ORU].split('|')
      fields[index] = SECRET
      const parsed = parse('application/hl7-v2', Buffer.from(message({ [name]: fields.join('|') })))
      expect(JSON.stringify(parsed.ok ? parsed.value.warnings : parsed.error)).not.toContain(SECRET)
    }
  })

  it('of stray lines, broken escapes and other character sets', () => {
    const broken = [
      message({}, SECRET),
      message({}, `${SECRET}|1`),
      message({ OBX: `OBX|1|ED|1^а||^AP^PDF^Base64^${SECRET}||||||F` }),
      message({ PID: `PID|1||${SECRET}^^^^SNILS||Т^А||${SECRET}|${SECRET}|||||${SECRET}` }),
      message({ MSH: ORU.MSH.replace('UNICODE UTF-8', SECRET) }),
      SECRET,
    ]
    for (const text of broken) {
      const parsed = parse('application/hl7-v2', Buffer.from(text))
      expect(parsed.ok).toBe(false)
      expect(JSON.stringify(parsed.ok ? [] : parsed.error)).not.toContain(SECRET)
    }
  })

  it('of JSON values and of names that are none', () => {
    const text = readFileSync(new URL('cbc.json', FOLDER), 'utf8')
    const values = [...text.matchAll(/: ("[^"]*"|\d+)/g)]
    expect(values.length).toBeGreaterThan(100)
    for (const { index, 0: match } of values) {
      const changed = `${text.slice(0, index)}: "${SECRET}"${text.slice(index + match.length)}`
      const parsed = parse('application/json', Buffer.from(changed))
      if (!parsed.ok) expect(JSON.stringify(parsed.error)).not.toContain(SECRET)
    }
    for (const torn of [
      `{"a": ${SECRET}}`,
      `{"${SECRET}": 1}`,
      `{"source": {"${SECRET} А.": 1}}`,
      `"${SECRET}`,
    ]) {
      const parsed = parse('application/json', Buffer.from(torn))
      expect(parsed.ok).toBe(false)
      expect(JSON.stringify(parsed)).not.toContain(SECRET)
    }
  })
})
