import { describe, expect, it } from 'vitest'
import { accept, acceptAll, label, message, ORU, refusals } from './oru.ts'

describe('times', () => {
  const performedAt = (time: string) =>
    accept(message({ OBR: ORU.OBR.replace('20260302101000+0500', time) })).report.performedAt

  it.each([
    ['20260302101530+0300', '2026-03-02T10:15:30+03:00'],
    ['20260302101530', '2026-03-02T10:15:30+05:00'],
    ['202603021015', '2026-03-02T10:15:00+05:00'],
    ['20260302101530.25+0000', '2026-03-02T10:15:30.250Z'],
    ['20260302101530-0930', '2026-03-02T10:15:30-09:30'],
    ['20260302', '2026-03-02T00:00:00+05:00'],
  ])('%s', (sent, expected) => {
    expect(performedAt(sent)).toBe(expected)
  })

  it('falls back to OBR-7, then to the observations, and is required', () => {
    expect(performedAt('')).toBe('2026-03-02T08:00:00+05:00')
    const obr = 'OBR|1|N-1|R-1|A^а^L|||||||||||||||||||||F'
    const obx = `${ORU.OBX}|||20260302093000`
    expect(accept(message({ OBR: obr, OBX: obx })).report.performedAt).toBe(
      '2026-03-02T09:30:00+05:00',
    )
    expect(refusals(message({ OBR: obr }))).toEqual(['time-missing OBR[1]-22'])
  })

  it.each(['2026', '202613', '20261302101500', 'вчера', '20260302101530+9900'])(
    '"%s" is no time',
    (sent) => {
      const { warnings } = accept(message({ OBR: ORU.OBR.replace('20260302101000+0500', sent) }))
      expect(label(warnings)).toEqual(['time-unreadable OBR[1]-22'])
    },
  )
})

describe('status', () => {
  const status = (obx: string, obr = 'F') => {
    const { report } = accept(
      message({ OBR: ORU.OBR.replace(/F$/, obr), OBX: ORU.OBX.replace(/F$/, obx) }),
    )
    return [report.status, report.observations[0]?.status]
  }

  it.each([
    ['F', 'F', 'final', 'final'],
    ['F', '', 'final', 'final'],
    ['', 'F', 'final', 'final'],
    ['U', 'F', 'final', 'final'],
    ['C', 'F', 'corrected', 'corrected'],
    ['F', 'C', 'corrected', 'final'],
    ['', 'C', 'corrected', 'corrected'],
    ['P', 'F', 'preliminary', 'preliminary'],
    ['R', 'F', 'preliminary', 'preliminary'],
    ['F', 'P', 'preliminary', 'final'],
    ['F', 'A', 'preliminary', 'final'],
    ['', 'A', 'preliminary', 'preliminary'],
    ['X', 'F', 'final', 'cancelled'],
    ['X', 'X', 'cancelled', 'cancelled'],
    ['X', 'F', 'final', 'cancelled'],
    ['W', 'C', 'cancelled', 'cancelled'],
    ['D', 'F', 'cancelled', 'cancelled'],
  ])('OBX-11 "%s" with OBR-25 "%s"', (obx, obr, report, observation) => {
    expect(status(obx, obr)).toEqual([report, observation])
  })

  it('drops everything a revoked observation said', () => {
    const obx = ORU.OBX.replace(/F$/, 'W')
    const [observation] = accept(message({ OBX: obx }, 'NTE|1|L|чужое')).report.observations
    expect(observation).toMatchObject({ status: 'cancelled', notes: [] })
    expect(observation).not.toHaveProperty('value')
    expect(observation).not.toHaveProperty('referenceRange')
  })

  it('refuses unknown and missing letters', () => {
    expect(refusals(message({ OBX: ORU.OBX.replace(/F$/, 'Q') }))).toEqual([
      'status-unknown OBX[1]-11',
    ])
    expect(refusals(message({ OBR: ORU.OBR.replace(/F$/, 'Q') }))).toEqual([
      'status-unknown OBR[1]-25',
    ])
    const none = message({ OBR: ORU.OBR.replace(/F$/, ''), OBX: ORU.OBX.replace(/F$/, '') })
    expect(refusals(none)).toEqual(['status-missing OBX[1]-11'])
  })

  it('does not take a torn segment for a final one', () => {
    expect(refusals(message().slice(0, -20))).toEqual(['status-missing OBX[1]-11'])
  })
})

describe('groups and notes', () => {
  const second = [
    'OBR|2|N-2|R-2|B03.016.004^Биохимия^НМУ||||||||||||||||||20260302111000+0500|||C',
    'OBX|1|NM|1003870^Глюкоза^ФСЛИ||5.1|ммоль/л|||||C',
  ]
  it('makes a result of each analysis, with its own number, status and time', () => {
    const { results } = acceptAll(message({}, ...second))
    expect(
      results.map(({ report, word }) => [
        ...[report.analysis.code, report.source.resultId, report.status],
        ...[report.observations.map(({ code }) => code).join(), word.issuedAt],
      ]),
    ).toEqual([
      ['B03.016.003', 'R-1', 'final', '1017128', '2026-03-02T10:10:00+05:00'],
      ['B03.016.004', 'R-2', 'corrected', '1003870', '2026-03-02T11:10:00+05:00'],
    ])
    expect(new Set(results.map(({ report }) => report.patient.familyName)).size).toBe(1)
    expect(results[0]?.report.observations[0]).not.toHaveProperty('panel')
  })

  it('leaves the number of the message to a group that states none', () => {
    const [group = '', ...rest] = second
    const { results } = acceptAll(message({}, group.replace('|N-2|R-2|', '|||'), ...rest))
    expect(results.map(({ report }) => report.source.resultId)).toEqual(['R-1', 'R-1'])
  })

  it('makes one result of groups of one analysis and number', () => {
    const again = ORU.OBR.replace('OBR|1', 'OBR|2')
    const { results } = acceptAll(message({}, again, 'OBX|2|NM|2^Эритроциты^L||4.5|10*12/L|||||F'))
    expect(results).toHaveLength(1)
    expect(results[0]?.report.observations).toHaveLength(2)
  })

  it('lets an order that was taken back hold up no other', () => {
    const { results } = acceptAll(message({}, 'OBR|2|N-2|R-2|PCR^ПЦР^L|||||||||||||||||||||X'))
    expect(results.map(({ report }) => [report.analysis.code, report.status])).toEqual([
      ['B03.016.003', 'final'],
      ['PCR', 'cancelled'],
    ])
    expect(results[1]?.report.observations).toEqual([])
  })

  it('points at the group and the line that are wrong', () => {
    const wrong = 'OBX|1|NM|1003870^Глюкоза^ФСЛИ||||||||F'
    expect(refusals(message({}, second[0] ?? '', wrong))).toEqual(['value-missing OBX[2]-5'])
  })

  it('gives each NTE to what it follows', () => {
    const obr = `${ORU.OBR}\rNTE|1|L|о результате~вторая строка\rNTE|2|L`
    const { report } = accept(
      message({ OBR: obr }, 'NTE|1|L|о гемоглобине', 'SPM|1|^S-1', 'NTE|1|L|об образце'),
    )
    expect(report.notes).toEqual(['о результате\nвторая строка', 'об образце'])
    expect(report.observations[0]?.notes).toEqual(['о гемоглобине'])
  })
})
