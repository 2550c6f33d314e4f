import { describe, expect, it } from 'vitest'
import { type MappingRow, MappingTable } from '../../../domain/document/mapping.ts'
import {
  checkRequired,
  claimsOf,
  matchTemplate,
  type TemplateRules,
  templateIssue,
} from '../../../domain/document/template.ts'
import type { Report } from '../../../domain/report/report.ts'
import { observation, report } from './sample-report.ts'

function template(change: Partial<TemplateRules> = {}): TemplateRules {
  return { code: 'cbc', serviceCodes: [], analysisCodes: [], requiredFields: [], ...change }
}
const NO_ROWS = new MappingTable([])
const analysisRow = (targetCode: string): MappingRow => ({
  kind: 'analysis',
  codeSystem: 'LOCAL',
  code: 'CBC',
  targetCode,
  targetName: targetCode,
  confirmed: true,
})
const { analysis } = report()
const NONE = { kind: 'none' } as const
const one = (template: TemplateRules) => ({ kind: 'one', template }) as const

describe('the template of an analysis', () => {
  const byCode = template({
    code: 'by-code',
    analysisCodes: [{ codeSystem: 'Local', code: 'CBC' }],
  })
  const byService = template({ code: 'by-service', serviceCodes: ['B03.016.002'] })
  const mapped = template({ code: 'mapped' })

  it('is the one the laboratory has mapped it to, before any other', () => {
    const table = new MappingTable([analysisRow('mapped')])
    expect(matchTemplate(analysis, [byCode, byService, mapped], table)).toEqual(one(mapped))
  })

  it('is none when the laboratory has mapped it to one that is not there: no guess', () => {
    const table = new MappingTable([analysisRow('gone')])
    expect(matchTemplate(analysis, [byCode], table)).toEqual(NONE)
  })

  it('is the one of its service code', () => {
    const named = { ...analysis, serviceCode: 'B03.016.002' }
    expect(matchTemplate(named, [mapped, byService], NO_ROWS)).toEqual(one(byService))
    expect(matchTemplate({ ...analysis, serviceCode: 'A01' }, [byService], NO_ROWS)).toEqual(NONE)
  })

  it('is the one that lists its code, whatever the case of the code system', () => {
    expect(matchTemplate(analysis, [byService, byCode], NO_ROWS)).toEqual(one(byCode))
    expect(matchTemplate({ ...analysis, codeSystem: 'LN' }, [byCode], NO_ROWS)).toEqual(NONE)
    expect(matchTemplate({ ...analysis, code: 'BIO' }, [byCode], NO_ROWS)).toEqual(NONE)
    expect(matchTemplate({ ...analysis, code: 'cbc' }, [byCode], NO_ROWS)).toEqual(NONE)
  })

  it('is nobody’s to guess where several claim it, in whatever order they come', () => {
    const twin = { ...byService, code: 'a-twin' }
    const named = { ...analysis, serviceCode: 'B03.016.002' }
    const ambiguous = { kind: 'ambiguous', codes: ['a-twin', 'by-service'] } as const
    expect(matchTemplate(named, [byService, twin], NO_ROWS)).toEqual(ambiguous)
    expect(matchTemplate(named, [twin, byService], NO_ROWS)).toEqual(ambiguous)
    const table = new MappingTable([analysisRow('a-twin')])
    expect(matchTemplate(named, [byService, twin], table)).toEqual(one(twin))
    expect(templateIssue(named, ambiguous)).toMatchObject({
      code: 'template-ambiguous',
      pointer: '/analysis/code',
      detail: expect.stringContaining('a-twin, by-service'),
    })
    expect(templateIssue(named, NONE)).toMatchObject({ code: 'analysis-unmapped' })
  })

  it('claims a service by its code, and by the same code as an analysis', () => {
    const claims = claimsOf({
      serviceCodes: ['B03.016.002'],
      analysisCodes: [
        { codeSystem: 'NMU', code: 'B03.016.002' },
        { codeSystem: 'LN', code: '58410-2' },
      ],
    })
    expect(claims.size).toBe(2)
  })
})

describe('the checklist before sending', () => {
  const missing = (pointer: string) => ({
    code: 'required-field-missing',
    pointer,
    severity: 'error',
  })

  it('has nothing against a complete report', () => {
    const fields = ['/patient/familyName', '/analysis/code', '/observations', '/performedAt']
    expect(checkRequired(report(), template({ requiredFields: fields }))).toEqual([])
  })

  it('names every required field that is absent or empty, each once', () => {
    const incomplete = report({
      patient: { familyName: '', givenName: 'Анна', birthDate: '1980-05-17', sex: 'female' },
      observations: [],
    })
    const fields = [
      '/patient/familyName',
      '/patient/snils',
      '/patient/snils',
      '/specimen/collectedAt',
      '/performedAt/zone',
      '/observations',
    ]
    expect(checkRequired(incomplete, template({ requiredFields: fields }))).toMatchObject([
      missing('/patient/familyName'),
      missing('/patient/snils'),
      missing('/specimen/collectedAt'),
      missing('/performedAt/zone'),
      missing('/observations'),
    ])
  })

  it('reads escaped pointers (RFC 6901) and takes null for nothing', () => {
    const odd = { ...report(), 'a/b': { 'c~d': null } }
    const fields = ['/a~1b', '/a~1b/c~0d', '/a~1b/c~0d/deeper']
    expect(checkRequired(odd, template({ requiredFields: fields }))).toMatchObject([
      missing('/a~1b/c~0d'),
      missing('/a~1b/c~0d/deeper'),
    ])
  })

  it('asks for the birth date whatever the template says: no document is made without it', () => {
    const { birthDate: _, ...patient } = report().patient
    expect(checkRequired(report({ patient }), template())).toMatchObject([
      missing('/patient/birthDate'),
    ])
  })

  it('wants a value for every test that was not cancelled', () => {
    const tests = [
      observation({ code: 'A', value: undefined }),
      observation({ code: 'B', value: undefined, status: 'cancelled' }),
      observation({ code: 'C' }),
    ]
    expect(checkRequired(report({ observations: tests }), template())).toEqual([
      {
        code: 'value-missing',
        pointer: '/observations/0/value',
        detail: 'Нет значения показателя A',
        severity: 'error',
      },
    ])
  })
})

describe('a given name', () => {
  const unnamed = (patient: Partial<Report['patient']>) => {
    const { givenName: _, ...rest } = report().patient
    const performedAt = '2026-03-10T10:00:00+03:00'
    return report({ patient: { ...rest, ...patient }, performedAt })
  }
  const missing = (named: Report) => checkRequired(named, template()).map(({ pointer }) => pointer)
  it('is not asked of a newborn, nor of a person of one name', () => {
    expect(missing(unnamed({ birthDate: '2026-03-01' }))).toEqual([])
    expect(missing(unnamed({ singleName: true }))).toEqual([])
  })
  it('is not asked for thirty-one days by the clock of the laboratory, whatever the template says', () => {
    const late = { birthDate: '2026-02-07' }
    const performedAt = '2026-03-10T23:30:00-11:00'
    const required = template({ requiredFields: ['/patient/givenName'] })
    const of = (patient: Partial<Report['patient']>) =>
      checkRequired({ ...unnamed(patient), performedAt }, required).map(({ pointer }) => pointer)
    expect(of(late)).toEqual([])
    expect(of({ birthDate: '2026-02-06' })).toEqual(['/patient/givenName'])
    expect(of({ birthDate: '2026-03-11' }), 'not born yet').toEqual(['/patient/givenName'])
  })
  it('is asked of everybody else', () => {
    expect(missing(unnamed({ birthDate: '2026-01-01' }))).toEqual(['/patient/givenName'])
    expect(missing(unnamed({ birthDate: undefined }))).toContain('/patient/givenName')
  })
})
