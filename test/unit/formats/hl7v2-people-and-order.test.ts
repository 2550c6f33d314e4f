import { describe, expect, it } from 'vitest'
import { accept, label, message, ORU, refusals } from './oru.ts'

describe('people', () => {
  it('reads the ordering doctor with СНИЛС and e-mail, from OBR or else ORC', () => {
    const doctor = 'D-1^Врачёв^Пётр^Ильич~90020020200^^^^^^^^SNILS'
    const expected = {
      familyName: 'Врачёв',
      givenName: 'Пётр',
      patronymic: 'Ильич',
      localId: 'D-1',
      snils: '90020020200',
      email: 'd@example.org',
    }
    const obr = `OBR|1|N-1|R-1|A^а^L||||||||||||${doctor}|^NET^Internet^d@example.org|||||20260302101000+0500|||F`
    expect(accept(message({ OBR: obr })).report.responsibleDoctor).toEqual(expected)
    const orc = `ORC|RE|||||||||||${doctor}||d@example.org\r${ORU.OBR}`
    expect(accept(message({ OBR: orc })).report.responsibleDoctor).toEqual(expected)
  })

  it('reads the performer from OBR-32, or else OBX-16', () => {
    const obr = `${ORU.OBR}|||||||L-1&Лаборантова&Мария&Игоревна`
    expect(accept(message({ OBR: obr })).report.performer).toEqual({
      familyName: 'Лаборантова',
      givenName: 'Мария',
      patronymic: 'Игоревна',
      localId: 'L-1',
    })
    const obx = `${ORU.OBX}|||||L-2^Лаборантов^Олег`
    expect(accept(message({ OBX: obx })).report.performer).toMatchObject({ localId: 'L-2' })
  })

  it('leaves out a person without a name, with a warning', () => {
    const { report, warnings } = accept(message({ OBX: `${ORU.OBX}|||||L-2` }))
    expect(report.performer).toBeUndefined()
    expect(label(warnings)).toEqual(['name-missing OBX[1]-16'])
  })
})

describe('order, specimen and source', () => {
  it('names the result by OBR-3, OBR-2, or the message', () => {
    const id = (obr: string) => accept(message({ OBR: obr })).report.source.resultId
    const rest = `|A^а^L${'|'.repeat(18)}20260302101000|||F`
    expect(id(`OBR|1|N-1|R-1${rest}`)).toBe('R-1')
    expect(id(`OBR|1|N-1|${rest}`)).toBe('N-1')
    expect(id(`OBR|1||${rest}`)).toBe('M-1')
    const { warnings } = accept(message({ OBR: `OBR|1||${rest}` }))
    expect(label(warnings)).toContain('result-id-from-message OBR[1]-3')
  })

  it('names the system by application and facility', () => {
    expect(accept(message()).report.source).toEqual({
      system: 'LIS/LAB',
      resultId: 'R-1',
    })
    const msh = ORU.MSH.replace('LIS|LAB', '|')
    expect(refusals(message({ MSH: msh }))).toEqual(['system-missing MSH-3'])
  })

  it('reads the specimen from SPM, or else OBR-15', () => {
    const spm =
      'SPM|1|^S-1||108^Кровь венозная^1.2.643.5.1.13.13.11.1081|||||||||||||20260302075500|20260302090000'
    expect(accept(message({}, spm)).report.specimen).toEqual({
      id: 'S-1',
      type: { code: '108', codeSystem: '1.2.643.5.1.13.13.11.1081', name: 'Кровь венозная' },
      collectedAt: '2026-03-02T07:55:00+05:00',
      receivedAt: '2026-03-02T09:00:00+05:00',
    })
    const obr =
      'OBR|1|N-1|R-1|A^а^L|||20260302080000|||||||20260302090000|BLD&Кровь&HL70070|||||||20260302101000|||F'
    expect(accept(message({ OBR: obr })).report.specimen).toEqual({
      type: { code: 'BLD', codeSystem: 'HL70070', name: 'Кровь' },
      collectedAt: '2026-03-02T08:00:00+05:00',
      receivedAt: '2026-03-02T09:00:00+05:00',
    })
  })

  it('warns that only one of several specimens is kept', () => {
    const { warnings } = accept(message({}, 'SPM|1|^S-1||BLD', 'SPM|2|^S-2||BLD'))
    expect(label(warnings)).toEqual(['several-specimens SPM[1]-2'])
  })

  it('names the service when НМУ is the second code of the analysis', () => {
    const obr = ORU.OBR.replace(
      'B03.016.003^Общий анализ крови^НМУ',
      'ОАК^Общий анализ^L^B03.016.003^ОАК^НМУ',
    )
    expect(accept(message({ OBR: obr })).report.analysis).toEqual({
      code: 'ОАК',
      codeSystem: 'local',
      name: 'Общий анализ',
      serviceCode: 'B03.016.003',
    })
  })

  describe('priority', () => {
    const priority = (obr: string, ...rest: string[]) =>
      accept(message({ OBR: obr }, ...rest)).report.order?.priority
    const withField = (field: number, value: string) => {
      const fields = ORU.OBR.split('|')
      for (let at = fields.length; at <= field; at += 1) fields[at] = ''
      return fields.with(field, value).join('|')
    }
    const timing = (code: string) => `TQ1|1||||||||${code}`

    it.each([
      ['S', 'stat'],
      ['A', 'asap'],
      ['T', 'urgent'],
      ['R', 'routine'],
      ['s', 'stat'],
      ['P', undefined],
      ['TS30', undefined],
      ['', undefined],
    ])('%s is %s', (code, expected) => {
      expect(priority(`${ORU.OBR}\r${timing(`${code}^Слово^HL70485`)}`)).toBe(expected)
    })

    it('is read from TQ1, or else OBR-27, ORC-7, OBR-5', () => {
      const quantity = '^^^^^S'
      expect(priority(`${withField(27, quantity)}\r${timing('A')}`)).toBe('asap')
      expect(priority(`ORC|RE\r${timing('T')}\r${ORU.OBR}`)).toBe('urgent')
      expect(priority(withField(27, quantity))).toBe('stat')
      expect(priority(`ORC|RE||||||${quantity}\r${ORU.OBR}`)).toBe('stat')
      expect(priority(withField(5, 'A'))).toBe('asap')
      expect(priority(`${withField(5, 'S')}\r${timing('P')}`)).toBe('stat')
    })

    it('of a later group is not that of the result', () => {
      expect(priority(ORU.OBR, ORU.OBR.replace('R-1', 'R-2'), timing('S'), ORU.OBX)).toBeUndefined()
    })

    it('is nothing to warn of', () => {
      const { warnings } = accept(message({ OBR: `${ORU.OBR}\r${timing('S')}` }))
      expect(warnings).toEqual([])
    })
  })
})
