import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { XmlDocument, XmlElement, XsdValidator } from 'libxml2-wasm'
import { afterAll, describe, expect, it } from 'vitest'
import { toDocumentText } from '../../../adapters/documents/text/printable.ts'
import { renderReportXml } from '../../../adapters/documents/xml/laboratory-report-xml.ts'
import type { Report } from '../../../domain/report/report.ts'
import { documentInput, LONG_REPORT, MEDIUM_REPORT, SHORT_REPORT } from './document-fixtures.ts'

const schemaFile = '../../../adapters/documents/xml/laboratory-report-1.xsd'
const schema = XmlDocument.fromString(readFileSync(new URL(schemaFile, import.meta.url), 'utf8'))
const validator = XsdValidator.fromDoc(schema)
afterAll(() => {
  validator.dispose()
  schema.dispose()
})

const NAMESPACES = { r: 'urn:gonets:laboratory-report:1' }

/** Throws when the XML is not well-formed or breaks the schema. */
function read(xml: Buffer, ...paths: string[]): (string | undefined)[] {
  const document = XmlDocument.fromString(xml.toString('utf8'))
  try {
    validator.validate(document)
    return paths.map((path) => {
      const node = document.get(path, NAMESPACES)
      return node instanceof XmlElement ? node.content : node?.content
    })
  } finally {
    document.dispose()
  }
}

const MINIMAL: Report = {
  source: { system: 'LIS', resultId: '1', version: 1 },
  status: 'final',
  patient: { familyName: 'Тестова', givenName: 'Анна', sex: 'unknown' },
  analysis: { code: 'A', codeSystem: 'local', name: 'Анализ' },
  observations: [],
  performedAt: '2026-11-18T11:42+03:00',
  notes: [],
}

describe('canonical XML of a report', () => {
  it.each([
    ['short', SHORT_REPORT],
    ['with every kind of value', MEDIUM_REPORT],
    ['long', LONG_REPORT],
    ['minimal', MINIMAL],
  ])('is valid against the schema: %s', (_, report) => {
    expect(() => read(renderReportXml(documentInput(report)))).not.toThrow()
  })

  it('carries ids, identifiers, both codings, units and times', () => {
    const input = documentInput(MEDIUM_REPORT, { versionNumber: 3, replacesDocumentId: 'doc-2' })
    const paths = [
      '//r:document/r:replacesDocumentId',
      '//r:document/r:versionNumber',
      '//r:organization/r:oid',
      '//r:patient/r:snils',
      '//r:patient/r:policy',
      '//r:patient/r:localId',
      '//r:analysis/@serviceCode',
      '//r:observation[1]/r:laboratoryCode/@code',
      '//r:observation[1]/r:fsli/@code',
      '//r:observation[1]/r:unit',
      '//r:observation[1]/r:value/r:quantity',
      '//r:observation[12]/r:interpretation',
      '//r:specimen/r:collectedAt',
      '//r:performer/r:snils',
      '/r:laboratoryReport/r:note',
    ]
    expect(read(renderReportXml(input), ...paths)).toEqual([
      ...['doc-2', '3', '1.2.643.5.1.13.13.12.2.77.99999', '11223344595', '7700001122334455'],
      ...['П-4471', 'B03.016.003', 'LAB-10', '1000100', 'г/л', '112', 'LL'],
      ...['2026-11-18T08:05:00+03:00', '19702774500', 'Рекомендуется консультация лечащего врача.'],
    ])
  })

  it('leaves out what nobody stated: given name, version, who assigned a number', () => {
    const { givenName: _, ...patient } = SHORT_REPORT.patient
    const { version: _version, ...source } = SHORT_REPORT.source
    const paths = ['//r:patient/r:givenName', '//r:source/@version', '//r:localId/@system']
    const nameless = documentInput({ ...SHORT_REPORT, patient, source })
    expect(read(renderReportXml(nameless), ...paths)).toEqual([undefined, undefined, undefined])
    const named = { ...SHORT_REPORT, patient: { ...SHORT_REPORT.patient, localIdSystem: 'ЛИС' } }
    expect(read(renderReportXml(documentInput(named)), ...paths)).toEqual(['Анна', '1', 'ЛИС'])
  })

  it('keeps contact data out of the document', () => {
    const patient = { ...SHORT_REPORT.patient, phone: '+79990000000', email: 'anna@example.org' }
    const xml = renderReportXml(documentInput({ ...SHORT_REPORT, patient })).toString()
    expect(xml).not.toContain('+79990000000')
    expect(xml).not.toContain('anna@example.org')
  })

  it('is its own canonical form and the same each time', () => {
    const xml = renderReportXml(documentInput(SHORT_REPORT))
    const document = XmlDocument.fromString(xml.toString())
    expect(document.canonicalizeToString()).toBe(xml.toString())
    document.dispose()
    expect(renderReportXml(documentInput(SHORT_REPORT)).equals(xml)).toBe(true)
  })

  it.each([
    '</familyName><script/>',
    ']]>',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
    '&amp;&#x0;&lt;',
    'O\'Brien "Ann" <ann@x>',
    'строка\r\nещё\tодна',
    '\u0000\u001b[31m\uffff\ud800',
  ])('takes %j for text, nothing else', (familyName) => {
    const patient = { ...SHORT_REPORT.patient, familyName }
    const xml = renderReportXml(documentInput({ ...SHORT_REPORT, patient }))
    expect(read(xml, '//r:patient/r:familyName')).toEqual([toDocumentText(familyName)])
  })

  it('stays well-formed and valid whatever text a report holds', () => {
    const anyText = fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
      .map((units) => String.fromCharCode(...units))
    fc.assert(
      fc.property(anyText, (text) => {
        const coding = { code: text, codeSystem: text, name: text }
        const report: Report = {
          ...SHORT_REPORT,
          source: { system: text, resultId: text, version: 1 },
          patient: { familyName: text, givenName: text, sex: 'other', snils: text, localId: text },
          analysis: coding,
          specimen: { id: text, type: coding },
          performer: { familyName: text, position: text },
          observations: [
            {
              ...coding,
              alternative: coding,
              panel: coding,
              value: { kind: 'quantity', value: text, unit: { code: text, codeSystem: text } },
              referenceRange: { low: text, high: text, text },
              interpretation: text,
              status: 'final',
              notes: [text],
            },
          ],
          notes: [text],
        }
        const [name, code] = read(
          renderReportXml(documentInput(report, { title: text, serviceCode: text })),
          '//r:patient/r:familyName',
          '//r:analysis/@code',
        )
        expect(name).toBe(toDocumentText(text))
        expect(code).toBe(toDocumentText(text))
      }),
      { numRuns: 200 },
    )
  })
})
