import { describe, expect, it } from 'vitest'
import { accept, label, message, ORU, parseText, refusals } from './oru.ts'

describe('envelope', () => {
  it.each(['\r', '\n', '\r\n', '\r\r\n'])('segments may end with %j', (end) => {
    expect(accept(message().replaceAll('\r', end) + end).report.source.resultId).toBe('R-1')
  })

  it('takes off MLLP framing and a byte order mark', () => {
    expect(accept(`\u000b${message()}\r\u001c\r`).warnings).toEqual([])
    expect(accept(`\ufeff${message()}`).warnings).toEqual([])
  })

  it('follows other delimiters than the usual', () => {
    const other = message().replace(/[|^~\\&]/g, (sign) => '*:%!$'['|^~\\&'.indexOf(sign)] ?? '')
    expect(accept(other).report).toEqual(accept(message()).report)
  })

  it.each([
    ['empty', '', 'header-missing MSH'],
    ['rubbish', 'Привет', 'header-missing MSH'],
    ['PDF', '%PDF-1.7', 'header-missing MSH'],
    ['batch', `FHS|^~\\&\r${message()}`, 'batch-unsupported MSH'],
    ['header only up to its delimiters', 'MSH|^~\\', 'delimiters-invalid MSH-2'],
    ['equal delimiters', message().replace('^~\\&', '^^\\&'), 'delimiters-invalid MSH-2'],
    ['letters as delimiters', 'MSHabcdefgh', 'delimiters-invalid MSH-2'],
    ['control characters', message().replace('131', '1\u00031'), 'binary-content MSH'],
    ['other type', message({ MSH: ORU.MSH.replace('ORU^R01', 'ADT^A01') }), 'message-type MSH-9'],
    [
      'old version',
      message({ MSH: ORU.MSH.replace('2.5.1', '2.2') }),
      'version-unsupported MSH-12',
    ],
    ['no patient', message().replace(`${ORU.PID}\r`, ''), 'segment-missing PID'],
    ['two patients', message({}, ORU.PID), 'several-patients PID'],
    ['two messages', message({}, message()), 'several-messages MSH'],
    ['no observation', message().replace(`\r${ORU.OBX}`, ''), 'segment-missing OBX[1]'],
    [
      'observation before its order',
      message({ PID: `${ORU.PID}\r${ORU.OBX}` }),
      'segment-order OBX[1]',
    ],
    ['continuation', message({}, 'DSC|1'), 'message-continued DSC[1]'],
    ['stray line', message({}, 'продолжение текста'), 'segment-unreadable MSH'],
    [
      'no analysis code',
      message({ OBR: ORU.OBR.replace('B03.016.003', '') }),
      'code-missing OBR[1]-4',
    ],
    ['flood of fields', message({ OBX: `OBX${'|'.repeat(30_000)}` }), 'segment-too-complex MSH'],
    [
      'flood of repetitions',
      message({ PID: `PID|1||${'~'.repeat(30_000)}` }),
      'segment-too-complex MSH',
    ],
    ['flood of segments', message({}, ...Array(1000).fill('ZZZ|1')), 'too-many-segments MSH'],
  ])('refuses: %s', (_name, text, refusal) => {
    expect(refusals(text)).toContain(refusal)
  })

  it('has a limit of segments that the caller may lower', () => {
    expect(refusals(message(), { limits: { maxSegments: 3 } })).toEqual(['too-many-segments MSH'])
    expect(accept(message(), { limits: { maxSegments: 4 } }).warnings).toEqual([])
  })

  it('refuses a header without an order', () => {
    expect(refusals(ORU.MSH)).toEqual(['segment-missing PID', 'segment-missing OBR[1]'])
  })

  it('warns of unknown segments and newer versions, and passes over Z segments and known ones', () => {
    const msh = ORU.MSH.replace('2.5.1', '2.7')
    const { warnings } = accept(message({ MSH: msh }, 'ZPI|1|x', 'PV1|1', 'ABC|1', 'ABC|2'))
    expect(label(warnings)).toEqual([
      'version-unusual MSH-12',
      'segment-ignored ABC[1]',
      'segment-ignored ABC[2]',
    ])
  })

  it('tells everything at once', () => {
    const wrong = message({
      PID: 'PID|1||11223344596^^^^SNILS||^Анна||19850412|F',
      OBX: 'OBX|1|NM|^Гемоглобин||||||||Q',
    })
    expect(refusals(wrong)).toEqual([
      'name-missing PID-5',
      'status-unknown OBX[1]-11',
      'code-missing OBX[1]-3',
      'identifier-checksum PID-3',
    ])
  })

  it('says in Russian where and what', () => {
    const parsed = parseText(message({ OBX: 'OBX|1|NM|1^а||||||||F' }))
    expect(parsed).toEqual({
      ok: false,
      error: [
        {
          code: 'value-missing',
          pointer: 'OBX[1]-5',
          detail: 'Сегмент OBX № 1, поле 5 (значение): окончательный показатель не имеет значения.',
          severity: 'error',
        },
      ],
    })
  })

  it('names the segment of a text that is too long', () => {
    const pid = ORU.PID.replace('Тестова', 'Т'.repeat(200))
    expect(refusals(message({ PID: pid }))).toEqual(['too-large PID-5'])
    expect(refusals(message({ OBX: ORU.OBX.replace('|N|', `|${'N'.repeat(30)}|`) }))).toEqual([
      'too-large OBX[1]-8',
    ])
  })
})

describe('character sets', () => {
  /** The message with every Cyrillic letter as one byte: in windows-1251 А is 0xC0, in 8859/5 it is 0xB0. */
  const encode = (text: string, first: number) =>
    Buffer.from(
      [...text].map((char) => {
        const code = char.charCodeAt(0)
        return code < 0x80 ? code : code - 0x410 + first
      }),
    )
  const named = (charset: string) => message({ MSH: ORU.MSH.replace('UNICODE UTF-8', charset) })
  const family = (bytes: Buffer | string) => accept(bytes).report.patient.familyName

  it.each(['UNICODE UTF-8', 'UTF-8', 'utf8', 'UNICODE UTF-8~8859/1'])('%s', (charset) => {
    expect(family(named(charset))).toBe('Тестова')
  })
  it.each(['WINDOWS-1251', 'windows-1251', 'CP1251', 'Windows 1251'])('%s', (charset) => {
    expect(family(encode(named(charset), 0xc0))).toBe('Тестова')
  })
  it.each(['8859/5', 'ISO-8859-5', 'ISO IR144'])('%s', (charset) => {
    expect(family(encode(named(charset), 0xb0))).toBe('Тестова')
  })
  it('UTF-16 with a byte order mark', () => {
    expect(family(Buffer.from(`\ufeff${named('')}`, 'utf16le'))).toBe('Тестова')
  })
  it('joins letters that were sent in two parts', () => {
    const pid = ORU.PID.replace('Сергеевна', 'Андреи\u0306')
    expect(accept(message({ PID: pid })).report.patient.patronymic).toBe('Андрей')
  })
  it('decodes \\X..\\ in the character set of the message', () => {
    const text = named('CP1251').replace('Анна', '\\XC0\\нна')
    expect(accept(encode(text, 0xc0)).report.patient.givenName).toBe('Анна')
  })
  it('takes UTF-8 for granted only with a warning', () => {
    const { report, warnings } = accept(named(''))
    expect(report.patient.familyName).toBe('Тестова')
    expect(label(warnings)).toEqual(['charset-undeclared MSH-18'])
  })

  it.each([
    ['windows-1251 under no name', encode(named(''), 0xc0), 'charset-undecodable MSH-18'],
    ['windows-1251 as UTF-8', encode(named('UNICODE UTF-8'), 0xc0), 'charset-undecodable MSH-18'],
    ['windows-1251 as ASCII', encode(named('ASCII'), 0xc0), 'charset-undecodable MSH-18'],
    ['UTF-8 as windows-1251', Buffer.from(named('CP1251')), 'charset-mismatch MSH-18'],
    ['unassigned bytes of 8859/5', encode(named('8859/5'), 0x80), 'charset-undecodable MSH-18'],
    ['a name never heard of', Buffer.from(named('KLINGON')), 'charset-unknown MSH-18'],
  ])('refuses %s', (_name, bytes, refusal) => {
    expect(refusals(bytes)).toEqual([refusal])
  })
})
