import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contentDigest, createFormats } from '../../../adapters/formats/index.ts'
import type { ParsedMessage, ParsedResult } from '../../../adapters/formats/port.ts'
import type { Report } from '../../../domain/report/report.ts'

const FOLDER = new URL('../../../samples/', import.meta.url)
const formats = createFormats()
const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace('.json', ''))

function parse(file: string, contentType: string): ParsedResult & Pick<ParsedMessage, 'warnings'> {
  const bytes = readFileSync(new URL(file, FOLDER))
  const options = { identifierChecks: 'strict', timeZone: 'Europe/Moscow' } as const
  const parsed = formats.findParser(contentType)?.parse({ bytes, contentType, options })
  if (!parsed?.ok) throw new Error(`${file}: ${JSON.stringify(parsed?.error)}`)
  const [first, ...others] = parsed.value.results
  if (!first || others.length > 0) throw new Error(`${file} is not one result`)
  return { ...first, warnings: parsed.value.warnings }
}

function read(name: string): Report {
  return parse(`${name}.json`, 'application/json').report
}

describe.each(names)('sample %s', (name) => {
  it('says the same in JSON and in HL7 v2', () => {
    const json = parse(`${name}.json`, 'application/json')
    const hl7 = parse(`${name}.hl7`, 'application/hl7-v2')
    expect(hl7.report).toEqual(json.report)
    expect(contentDigest(hl7.report)).toBe(contentDigest(json.report))
    expect([...json.warnings, ...hl7.warnings]).toEqual([])
  })

  it('is final, coded in ФСЛИ and НМУ, and names people who can be told', () => {
    const report = read(name)
    expect(report.status).toBe('final')
    expect(report.analysis.codeSystem).toBe('nmu')
    expect(new Set(report.observations.map(({ codeSystem }) => codeSystem))).toEqual(
      new Set(['fsli']),
    )
    expect(report.patient.email).toMatch(/@example\.org$/)
    expect(report.responsibleDoctor?.email).toMatch(/@example\.org$/)
  })
})

describe('the samples together', () => {
  it('are three results of different people', () => {
    expect(names.sort()).toEqual(['biochemistry', 'cbc', 'sars-cov-2-pcr'])
    const reports = names.map(read)
    expect(new Set(reports.map(({ patient }) => patient.snils)).size).toBe(3)
    expect(new Set(reports.map(({ source }) => source.resultId)).size).toBe(3)
  })

  it('show values out of range, words, comparators, notes and windows-1251', () => {
    const observations = names.flatMap((name) => read(name).observations)
    expect(read('cbc').observations.length).toBeGreaterThanOrEqual(10)
    const flags = new Set(observations.map(({ interpretation }) => interpretation))
    expect(flags).toEqual(new Set(['L', 'N', 'H', undefined]))
    expect(read('sars-cov-2-pcr').observations[0]?.value).toEqual({
      kind: 'text',
      text: 'не обнаружено',
    })
    expect(observations.some(({ value }) => value?.kind === 'quantity' && value.comparator)).toBe(
      true,
    )
    expect(observations.some(({ notes }) => notes.length > 0)).toBe(true)
    const bytes = readFileSync(new URL('biochemistry.hl7', FOLDER))
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow()
  })
})
