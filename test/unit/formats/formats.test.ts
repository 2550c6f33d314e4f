import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDecimal } from '../../../adapters/formats/decimal.ts'
import { contentDigest, createFormats } from '../../../adapters/formats/index.ts'
import { reportSchema } from '../../../adapters/formats/report-schema.ts'
import type { Report } from '../../../domain/report/report.ts'
import { accept, message, ORU } from './oru.ts'

describe('choice of a parser', () => {
  const { findParser, mediaTypes } = createFormats()

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'APPLICATION/JSON ;x=y',
    'application/hl7-v2',
  ])('%s is understood', (type) => {
    expect(findParser(type)).toBeDefined()
  })
  it.each(['', 'text/plain', 'application/jsonp', 'constructor', 'application/xml'])(
    '"%s" is not',
    (type) => {
      expect(findParser(type)).toBeUndefined()
    },
  )
  it('names what it understands', () => {
    expect(mediaTypes).toContain('application/hl7-v2')
    for (const type of mediaTypes) expect(findParser(type)).toBeDefined()
  })
})

describe('content digest', () => {
  const { report } = accept(message())

  it('is SHA-256 in hex and does not depend on the order of keys', () => {
    const reversed = Object.fromEntries(Object.entries(report).reverse()) as unknown
    expect(contentDigest(report)).toMatch(/^[0-9a-f]{64}$/)
    expect(contentDigest(reportSchema.parse(reversed))).toBe(contentDigest(report))
    expect(contentDigest(JSON.parse(JSON.stringify(reversed)))).toBe(contentDigest(report))
  })

  it('does not change when the laboratory sends the result again', () => {
    const again = ORU.MSH.replace('20260302101500', '20260302235959').replace('M-1', 'M-2')
    expect(contentDigest(accept(message({ MSH: again })).report)).toBe(contentDigest(report))
  })

  it('ignores keys that hold nothing', () => {
    expect(contentDigest({ ...report, performer: undefined })).toBe(contentDigest(report))
  })

  it('does not change with the priority of the order', () => {
    const hurried = { ...report, order: { ...report.order, priority: 'stat' as const } }
    expect(contentDigest(hurried)).toBe(contentDigest(report))
    const { order: _, ...unordered } = report
    expect(contentDigest({ ...unordered, order: { priority: 'stat' } })).toBe(
      contentDigest(unordered),
    )
  })

  it('is what it was for reports of before priorities', () => {
    expect(contentDigest(report)).toBe(
      '2a58a1f290e811b09603be03ddc4100849abc3fb3a101f8cac14927a030c764d',
    )
    const { order: _, ...unordered } = report
    expect(contentDigest({ ...unordered, order: {} })).not.toBe(contentDigest(unordered))
  })

  it.each<[string, Partial<Report>]>([
    ['status', { status: 'preliminary' }],
    ['version', { source: { ...report.source, version: 2 } }],
    ['order of observations', { observations: [...report.observations, ...report.observations] }],
    ['note', { notes: ['другое'] }],
  ])('changes with the %s', (_name, change) => {
    expect(contentDigest({ ...report, ...change })).not.toBe(contentDigest(report))
  })
})

describe('decimal strings', () => {
  it.each([
    ['.5', '0.5'],
    ['5.', '5'],
    ['+3', '3'],
    ['007', '7'],
    ['0.0', '0.0'],
    ['-1,50', '-1.50'],
    ['1e0', '1'],
    ['12E-3', '0.012'],
  ])('%s → %s', (text, decimal) => {
    expect(parseDecimal(text)).toBe(decimal)
  })
  it.each([
    '',
    '.',
    '-',
    '1e',
    '1.2.3',
    '0x10',
    'Infinity',
    '1e41',
    '1'.repeat(41),
    '1'.repeat(90),
  ])('"%s" is none', (text) => {
    expect(parseDecimal(text)).toBeUndefined()
  })
  it('agrees with the machine wherever that is exact', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), (number) => {
        const decimal = parseDecimal(String(number))
        return decimal === undefined ? Math.abs(number) < 1e-30 : Number(decimal) === number
      }),
    )
  })
})

const SHARED = new URL('../../../../shared/data/hl7v2/', import.meta.url)
const messages = existsSync(SHARED)
  ? readdirSync(SHARED).filter((file) => file.endsWith('.hl7'))
  : []

if (messages.length === 0) {
  it('messages of other systems', ({ skip }) => {
    skip('the public HL7 v2 messages are not beside the repository')
  })
}

describe.skipIf(messages.length === 0)('messages of other systems', () => {
  it.each(messages)('%s becomes a report', (file) => {
    const { report } = accept(readFileSync(new URL(file, SHARED)))
    expect(report.observations.length).toBeGreaterThan(0)
    expect(reportSchema.parse(report)).toEqual(report)
  })

  it.runIf(messages.includes('cdc_sample_SR_ENTEREDINERROR.hl7'))(
    'an entry in error is no result',
    () => {
      const { report } = accept(readFileSync(new URL('cdc_sample_SR_ENTEREDINERROR.hl7', SHARED)))
      expect(report.status, 'everything was taken back').toBe('cancelled')
      expect(report.observations).toMatchObject([{ status: 'cancelled', notes: [] }])
    },
  )
})
