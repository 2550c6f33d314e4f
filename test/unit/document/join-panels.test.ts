import { describe, expect, it } from 'vitest'
import {
  coveredAnalyses,
  documentTitle,
  joiningTemplate,
  presentPanels,
} from '../../../domain/document/analyses.ts'
import { joinPanels } from '../../../domain/document/join-panels.ts'
import { MappingTable } from '../../../domain/document/mapping.ts'
import { matchTemplate, type TemplateRules } from '../../../domain/document/template.ts'
import type { WordFacts } from '../../../domain/intake/word.ts'
import type { Report } from '../../../domain/report/report.ts'
import { observation, report } from './sample-report.ts'

type Titled = TemplateRules & { readonly title: string }
const template = (code: string, change: Partial<Titled> = {}): Titled => ({
  ...{ code, title: `Название ${code}`, serviceCodes: [`S-${code}`], requiredFields: [] },
  analysisCodes: [{ codeSystem: 'local', code: code.toUpperCase() }],
  ...change,
})
const JOINT = template('joint', {
  ...{ title: 'Обследование', panels: ['cbc', 'bio', 'coag'] },
})
const TEMPLATES = [template('bio'), template('cbc'), template('coag'), JOINT, template('pcr')]
const TABLE = new MappingTable([])

function result(code: string, change: Partial<Report> = {}, word: WordFacts = {}) {
  const analysis = { code, codeSystem: 'local', name: `Анализ ${code}` }
  const observations = [observation({ code: `${code}-1` })]
  const whole = report({ analysis, observations, ...change })
  return { report: whole, word: { messageId: 'M-1', version: whole.source.version, ...word } }
}
const join = (...results: ReturnType<typeof result>[]) => joinPanels(results, TEMPLATES, TABLE)
const panelsIn = ({ report: { observations } }: { report: Report }) =>
  observations.map(({ code, panel }) => [code, panel?.code])

describe('panels of one message', () => {
  it('become one result that the joining template fits, in its order, each test with its panel', () => {
    for (const message of [
      [result('BIO'), result('CBC')],
      [result('CBC'), result('BIO')],
    ]) {
      const [joined, ...others] = join(...message)
      expect(others).toEqual([])
      if (!joined) throw new Error('nothing was joined')
      expect(joined.report.analysis).toEqual({
        ...{ code: 'JOINT', codeSystem: 'local', name: 'Обследование', serviceCode: 'S-joint' },
      })
      expect(matchTemplate(joined.report.analysis, TEMPLATES, TABLE)).toMatchObject({
        kind: 'one',
        template: { code: 'joint' },
      })
      expect(panelsIn(joined)).toEqual([
        ['CBC-1', 'CBC'],
        ['BIO-1', 'BIO'],
      ])
      expect(documentTitle(JOINT, joined.report, TEMPLATES, TABLE)).toBe(
        'Обследование: Название cbc; Название bio',
      )
      const present = presentPanels(JOINT, joined.report, TEMPLATES, TABLE)
      expect(present.map(({ code }) => code)).toEqual(['cbc', 'bio'])
    }
  })

  it('leave alone, and in its place, what belongs to no joining template', () => {
    const [pcr, unknown] = [result('PCR'), result('GENE')]
    const [first, second, third] = join(pcr, result('CBC'), unknown, result('BIO'))
    expect(first).toBe(pcr)
    expect(second && panelsIn(second)).toHaveLength(2)
    expect(third).toBe(unknown)
  })

  it('stay by themselves when they are alone, or in two joining templates', () => {
    const alone = result('CBC')
    expect(join(alone)).toEqual([alone])
    const both = [alone, result('BIO')]
    const second = template('second', { panels: ['bio', 'pcr'] })
    const third = template('third', { panels: ['cbc', 'pcr'] })
    expect(joinPanels(both, [...TEMPLATES, second, third], TABLE)).toEqual(both)
    expect(joiningTemplate('bio', [...TEMPLATES, second])).toBeUndefined()
    expect(joiningTemplate('bio', TEMPLATES)).toBe(JOINT)
  })

  it('of two patients or two systems never meet in one document', () => {
    const { patient } = report()
    const other = result('BIO', { patient: { ...patient, givenName: 'Ольга' } })
    expect(join(result('CBC'), other)).toHaveLength(2)
    const elsewhere = result('BIO', { source: { system: 'other', resultId: 'R-1' } })
    expect(join(result('CBC'), elsewhere)).toHaveLength(2)
    const sameWithKeysTurned = Object.fromEntries(Object.entries(patient).reverse())
    const same = result('BIO', { patient: sameWithKeysTurned as unknown as typeof patient })
    expect(join(result('CBC'), same)).toHaveLength(1)
  })

  it('that come twice are joined with what has their number, and otherwise not at all', () => {
    const numbered = (code: string, resultId: string) =>
      result(code, { source: { system: 'lis', resultId } })
    const sorted = join(
      ...[numbered('CBC', '1'), numbered('BIO', '1')],
      ...[numbered('CBC', '2'), numbered('BIO', '2'), numbered('COAG', '3')],
    )
    expect(sorted.map(({ report: { source } }) => source.resultId)).toEqual(['1', '2', '3'])
    expect(sorted.map((one) => panelsIn(one).length)).toEqual([2, 2, 1])
    expect(join(result('CBC'), result('CBC'), result('BIO'))).toHaveLength(3)
  })
})

describe('a joined result', () => {
  const one = (...results: ReturnType<typeof result>[]) => {
    const [joined, ...others] = join(...results)
    if (!joined || others.length > 0) throw new Error('not joined')
    return joined
  }
  const statusOf = (a: Report['status'], b: Report['status']) =>
    one(result('CBC', { status: a }), result('BIO', { status: b })).report.status

  it('is final when all of it is, waits for what is preliminary, and is corrected by any part', () => {
    expect(statusOf('final', 'final')).toBe('final')
    expect(statusOf('final', 'preliminary')).toBe('preliminary')
    expect(statusOf('corrected', 'preliminary')).toBe('preliminary')
    expect(statusOf('final', 'corrected')).toBe('corrected')
    expect(statusOf('cancelled', 'cancelled')).toBe('cancelled')
  })

  it('is without what the laboratory takes back, which corrects the rest', () => {
    const joined = one(result('CBC', { status: 'cancelled' }), result('BIO'))
    expect(joined.report.status).toBe('corrected')
    expect(panelsIn(joined)).toEqual([['BIO-1', 'BIO']])
    const allBack = one(
      result('CBC', { status: 'cancelled' }),
      result('BIO', { status: 'cancelled' }),
    )
    expect(panelsIn(allBack)).toHaveLength(2)
  })

  it('states a version when all state the same, and the latest of the times', () => {
    const source = (version?: number) => ({ system: 'lis', resultId: 'R-1', version })
    const times = [
      { issuedAt: '2027-03-01T09:00:00+03:00', sentAt: '2027-03-01T10:00:00+03:00' },
      { issuedAt: '2027-03-01T07:00:00+00:00' },
    ]
    const joined = one(
      result('CBC', { source: source(2), performedAt: '2027-03-01T08:00:00+03:00' }, times[0]),
      result('BIO', { source: source(2), performedAt: '2027-03-01T05:30:00Z' }, times[1]),
    )
    expect(joined.word).toEqual({
      version: 2,
      messageId: 'M-1',
      issuedAt: '2027-03-01T07:00:00+00:00',
      sentAt: '2027-03-01T10:00:00+03:00',
    })
    expect(joined.report.performedAt).toBe('2027-03-01T05:30:00Z')
    expect(joined.report.observations.map(({ performedAt }) => performedAt)).toEqual([
      '2027-03-01T08:00:00+03:00',
      '2027-03-01T05:30:00Z',
    ])
    const differing = one(
      result('CBC', { source: source(3) }),
      result('BIO', { source: source(2) }),
    )
    expect([differing.word.version, differing.report.source.version]).toEqual([
      undefined,
      undefined,
    ])
  })

  it('keeps specimen and performer where they are one, and says whose they are where not', () => {
    const blood = { type: { code: '108', codeSystem: 'x', name: 'Кровь венозная' } }
    const serum = { type: { code: '208', codeSystem: 'x', name: 'Сыворотка крови' } }
    const person = { familyName: 'Лаборантова', givenName: 'Мария' }
    const same = one(
      result('CBC', { specimen: blood, performer: person, notes: ['а'] }),
      result('BIO', { specimen: blood, performer: person, notes: ['б'] }),
    ).report
    expect(same).toMatchObject({ specimen: blood, performer: person, notes: ['а', 'б'] })
    const different = one(
      result('CBC', { specimen: blood, performer: { ...person, position: 'врач КЛД' } }),
      result('BIO', { specimen: serum, responsibleDoctor: person, order: { placerNumber: '1' } }),
    ).report
    expect(different).toMatchObject({
      specimen: undefined,
      performer: undefined,
      responsibleDoctor: person,
      order: { placerNumber: '1' },
    })
    expect(different.notes).toEqual([
      'Биоматериал (Анализ CBC): Кровь венозная',
      'Биоматериал (Анализ BIO): Сыворотка крови',
      'Исполнитель (Анализ CBC): Лаборантова Мария, врач КЛД',
    ])
  })

  it('is named by its service where the template lists no other code', () => {
    const joint = { ...JOINT, analysisCodes: [] }
    const templates = [...TEMPLATES.filter(({ code }) => code !== 'joint'), joint]
    const [joined] = joinPanels([result('CBC'), result('BIO')], templates, TABLE)
    expect(joined?.report.analysis).toMatchObject({ code: 'S-joint', codeSystem: 'nmu' })
    const bare = { ...joint, serviceCodes: [] }
    const others = templates.filter((one) => one !== joint)
    const [nameless] = joinPanels([result('CBC'), result('BIO')], [...others, bare], TABLE)
    expect(nameless?.report.analysis).toEqual({
      ...{ code: 'joint', codeSystem: 'nmu', name: 'Обследование' },
    })
  })
})

describe('the analyses a document covers', () => {
  it('are the template’s own, or all its panels’, or those that are in the document', () => {
    expect(coveredAnalyses({ code: 'cbc' })).toEqual(['cbc'])
    expect(coveredAnalyses({ code: 'cbc', panels: [] })).toEqual(['cbc'])
    expect(coveredAnalyses(JOINT)).toEqual(['cbc', 'bio', 'coag'])
    expect(coveredAnalyses(JOINT, ['bio', 'cbc'])).toEqual(['cbc', 'bio'])
    expect(coveredAnalyses(JOINT, [])).toEqual(['cbc', 'bio', 'coag'])
  })

  it('stand in its title, unless it joins nothing', () => {
    const cbc = result('CBC').report
    expect(documentTitle(template('cbc'), cbc, TEMPLATES, TABLE)).toBe('Название cbc')
    expect(documentTitle(JOINT, cbc, TEMPLATES, TABLE)).toBe('Обследование')
  })
})
