import { describe, expect, it } from 'vitest'
import {
  accept,
  acceptAll,
  CBC,
  type Group,
  inYekaterinburg,
  label,
  message,
  ORU,
  order,
  PCR,
  refusals,
} from './oru.ts'

const reports = (...rest: string[]) =>
  acceptAll(message({}, ...rest)).results.map(({ report }) => report)

describe('several analyses in one message', () => {
  it('are results of their own, with number, status, times and observations of their own', () => {
    const { results, warnings } = acceptAll(
      message({}, order({ letter: 'C' }), PCR.replace(/F$/, 'C')),
    )
    const facts = results.map(({ report, word }) => ({
      key: [report.source.resultId, report.analysis.code],
      status: report.status,
      tests: report.observations.map(({ code }) => code),
      order: report.order,
      at: [report.specimen?.collectedAt, report.performedAt, word.issuedAt],
    }))
    expect(facts).toEqual([
      {
        key: ['R-1', 'B03.016.003'],
        ...{ status: 'final', tests: ['1017128'] },
        order: { placerNumber: 'N-1', fillerNumber: 'R-1' },
        at: ['2026-03-02T08:00', '2026-03-02T10:10', '2026-03-02T10:10'].map(inYekaterinburg),
      },
      {
        key: ['R-2', 'A26.08.027.001'],
        ...{ status: 'corrected', tests: ['1163864'] },
        order: { placerNumber: 'N-2', fillerNumber: 'R-2' },
        at: ['2026-03-02T08:30', '2026-03-02T11:10', '2026-03-02T11:10'].map(inYekaterinburg),
      },
    ])
    expect(results[0]?.report.patient).toEqual(results[1]?.report.patient)
    expect(results[0]?.report.observations[0]).not.toHaveProperty('panel')
    expect(warnings).toEqual([])
  })

  it('may have one number: the one of the first is that of a group without any', () => {
    const numbers = (group: string) => reports(group, PCR).map(({ source }) => source.resultId)
    expect(numbers(order({ numbers: 'N-1|R-1' }))).toEqual(['R-1', 'R-1'])
    expect(numbers(order({ numbers: '|' }))).toEqual(['R-1', 'R-1'])
    expect(numbers(order({ numbers: 'N-2|' }))).toEqual(['R-1', 'N-2'])
  })

  it('do not make each other preliminary', () => {
    const statuses = (letter: string) =>
      reports(order({ letter }), PCR.replace(/F$/, '')).map(({ status }) => status)
    expect(statuses('P')).toEqual(['final', 'preliminary'])
    expect(statuses('I')).toEqual(['final', 'preliminary'])
    expect(statuses('X')).toEqual(['final', 'cancelled'])
  })

  it('are one where analysis and number are the same, by whatever name of the code system', () => {
    const analysis = 'B03.016.003^Анализ^1.2.643.5.1.13.13.11.1070'
    const [report, ...others] = reports(order({ analysis, numbers: 'N-1|R-1' }), PCR)
    expect(others).toEqual([])
    expect(report?.observations.map(({ code, panel }) => [code, panel?.name])).toEqual([
      ['1017128', 'Общий анализ крови'],
      ['1163864', 'Анализ'],
    ])
    expect(reports(order({ analysis: CBC }), PCR)).toHaveLength(2)
    expect(
      reports(order({ analysis: 'b03.016.003^Иной^L', numbers: 'N-1|R-1' }), PCR),
    ).toHaveLength(2)
  })

  it('point at their own lines where something is wrong', () => {
    expect(refusals(message({}, order(), PCR.replace('не обнаружено', '')))).toEqual([
      'value-missing OBX[2]-5',
    ])
    expect(refusals(message({}, order({ analysis: '^ПЦР' }), PCR))).toEqual([
      'code-missing OBR[2]-4',
    ])
    const long = order({ analysis: `${'A'.repeat(101)}^ПЦР^L` })
    expect(refusals(message({}, long, PCR))).toEqual(['too-large OBR[2]-4'])
  })

  it('tell of the patient, and of what they share, once', () => {
    const pid = 'PID|1||11223344596^^^^SNILS||Т||19850412|'
    const parsed = acceptAll(message({ PID: pid }, order(), PCR), { identifierChecks: 'warn' })
    expect(label(parsed.warnings)).toEqual([
      ...['sex-missing PID-8', 'identifier-checksum PID-3', 'name-incomplete PID-5'],
    ])
    const nameless = `${ORU.OBX}|||||L-2`
    expect(label(acceptAll(message({ OBX: nameless }, order(), PCR)).warnings)).toEqual([
      'name-missing OBX[1]-16',
    ])
  })
})

describe('an order that is taken back', () => {
  it('is a cancelled result, with or without observations, whatever these say', () => {
    for (const rest of [[], [PCR], ['OBX|1|ST|1163864^РНК^ФСЛИ||не обнаружено']]) {
      const [first, second] = reports(
        order({ letter: 'X', reportedAt: '', collectedAt: '' }),
        ...rest,
      )
      expect(first?.status).toBe('final')
      expect(second).toMatchObject({ status: 'cancelled', source: { resultId: 'R-2' } })
      for (const observation of second?.observations ?? []) {
        expect(observation.status).toBe('cancelled')
        expect(observation).not.toHaveProperty('value')
      }
    }
  })

  it('may be all that a message says, at the time of the message', () => {
    const lone = message({ OBR: 'OBR|1|N-1|R-1|A^а^L|||||||||||||||||||||X' }).replace(
      `\r${ORU.OBX}`,
      '',
    )
    const { report, warnings } = accept(lone)
    expect(report).toMatchObject({ status: 'cancelled', observations: [] })
    expect(report.performedAt).toBe(inYekaterinburg('2026-03-02T10:15'))
    expect(warnings).toEqual([])
  })

  it('leaves no value in a result that other groups still tell of', () => {
    const [report, ...others] = reports(
      order({ analysis: CBC, numbers: 'N-1|R-1', letter: 'X' }),
      PCR,
    )
    expect(others).toEqual([])
    expect(report?.status).toBe('final')
    expect(report?.observations.map(({ status, value }) => [status, value?.kind])).toEqual([
      ['final', 'quantity'],
      ['cancelled', undefined],
    ])
  })
})

describe('what a group does not say of itself', () => {
  const doctor = `${'|'.repeat(9)}D-1^Врачёв^Пётр`

  it('stands elsewhere in the message: doctor and performer', () => {
    const obr = `OBR|1|N-1|R-1|${CBC}|||20260302080000+0500${doctor}||||||20260302101000+0500|||F|||||||L-1&Первая`
    const both = acceptAll(message({ OBR: obr }, order(), PCR)).results
    expect(both.map(({ report }) => report.responsibleDoctor?.familyName)).toEqual([
      'Врачёв',
      'Врачёв',
    ])
    expect(both.map(({ report }) => report.performer?.familyName)).toEqual(['Первая', 'Первая'])
    const own = acceptAll(message({ OBR: obr }, order({ rest: '|||||||L-2&Второй' }), PCR)).results
    expect(own.map(({ report }) => report.performer?.familyName)).toEqual(['Первая', 'Второй'])
  })

  it('is the specimen only if the message has one, and the group names none', () => {
    const blood = 'SPM|1|^S-1||108^Кровь^L|||||||||||||20260302075500+0500'
    const swab = 'SPM|1|^S-2||141^Мазок^L'
    const specimens = (...rest: string[]) =>
      reports(...rest).map(({ specimen }) => [specimen?.id, specimen?.type?.name])
    expect(specimens(order(), PCR, blood)).toEqual([
      ['S-1', 'Кровь'],
      ['S-1', 'Кровь'],
    ])
    expect(specimens(blood, order(), PCR, swab)).toEqual([
      ['S-1', 'Кровь'],
      ['S-2', 'Мазок'],
    ])
    const source = order().replace('|||||||||||||||2026', '||||||||SWB&Мазок||||||||2026')
    expect(specimens(blood, source, PCR)).toEqual([
      ['S-1', 'Кровь'],
      [undefined, 'Мазок'],
    ])
    const third = [order({ analysis: 'C^в^L', numbers: '|R-3' }), PCR]
    expect(specimens(blood, order(), PCR, swab, ...third)[2]).toEqual([undefined, undefined])
  })

  it('is the time, after its own: OBR-7 of the group counts before OBR-22 of another', () => {
    const at = (group: Group) => reports(order(group), PCR)[1]?.performedAt
    expect(at({ reportedAt: '' })).toBe(inYekaterinburg('2026-03-02T08:30'))
    expect(at({ reportedAt: '', collectedAt: '' })).toBe(inYekaterinburg('2026-03-02T10:10'))
  })

  it('leaves out a group that tells of nothing, with a warning', () => {
    const { results, warnings } = acceptAll(message({}, order({ letter: 'I' })))
    expect(results).toHaveLength(1)
    expect(label(warnings)).toEqual(['group-empty OBR[2]'])
  })
})
