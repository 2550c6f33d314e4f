import { inflateSync } from 'node:zlib'
import { PDFArray, PDFDict, PDFDocument, PDFName, PDFRawStream } from '@cantoo/pdf-lib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDocumentRenderer } from '../../../adapters/documents/document-renderer.ts'
import type { Report } from '../../../domain/report/report.ts'
import { isAppError } from '../../../domain/shared/app-error.ts'
import { documentInput, LONG_REPORT, MEDIUM_REPORT, SHORT_REPORT } from './document-fixtures.ts'

const renderer = createDocumentRenderer()

async function load(report: Report) {
  const { pdf, xml } = await renderer.render(documentInput(report))
  return { bytes: pdf, xml, pdf: await PDFDocument.load(pdf, { updateMetadata: false }) }
}

function dictionaries(pdf: PDFDocument): PDFDict[] {
  return pdf.context
    .enumerateIndirectObjects()
    .map(([, object]) => (object instanceof PDFRawStream ? object.dict : object))
    .filter((object) => object instanceof PDFDict)
}

const SINGLE_NAME: Report = {
  ...SHORT_REPORT,
  patient: { familyName: 'Сухарто', singleName: true, birthDate: '1984-03-12', sex: 'male' },
}

const is = (dict: PDFDict, key: string, value: string) =>
  dict.get(PDFName.of(key)) === PDFName.of(value)

describe('PDF of a report', () => {
  it('embeds every font', async () => {
    const { pdf } = await load(MEDIUM_REPORT)
    const descriptors = dictionaries(pdf).filter((dict) => is(dict, 'Type', 'FontDescriptor'))
    expect(descriptors).toHaveLength(2)
    for (const descriptor of descriptors) expect(descriptor.has(PDFName.of('FontFile2'))).toBe(true)
    expect(dictionaries(pdf).some((dict) => is(dict, 'Subtype', 'Type1'))).toBe(false)
  })

  it('carries the very XML that is signed, as its source', async () => {
    const { pdf, xml } = await load(SHORT_REPORT)
    const [specification] = dictionaries(pdf).filter((dict) => is(dict, 'Type', 'Filespec'))
    expect(specification && is(specification, 'AFRelationship', 'Source')).toBe(true)
    const stream = pdf.context
      .enumerateIndirectObjects()
      .map(([, object]) => object)
      .find((object) => object instanceof PDFRawStream && is(object.dict, 'Type', 'EmbeddedFile'))
    expect(stream).toBeInstanceOf(PDFRawStream)
    if (stream instanceof PDFRawStream) expect(inflateSync(stream.contents).equals(xml)).toBe(true)
  })

  it('declares PDF/A-3b, is tagged, Russian, and has an identifier', async () => {
    const { pdf, bytes } = await load(SHORT_REPORT)
    expect(bytes.toString('latin1')).toMatch(/<pdfaid:part>3<\/pdfaid:part>/)
    expect(bytes.toString('latin1')).toMatch(/<pdfaid:conformance>B<\/pdfaid:conformance>/)
    expect(pdf.catalog.lookup(PDFName.of('MarkInfo'), PDFDict).toString()).toContain('true')
    expect(pdf.catalog.has(PDFName.of('OutputIntents'))).toBe(true)
    expect(pdf.getLanguage()).toBe('ru-RU')
    expect(pdf.context.trailerInfo.ID).toBeInstanceOf(PDFArray)
  })

  it('tells a screen reader what is a table, a head and a cell', async () => {
    const { pdf } = await load(SHORT_REPORT)
    const count = (tag: string) => dictionaries(pdf).filter((dict) => is(dict, 'S', tag)).length
    expect(count('Table')).toBe(1)
    expect(count('TH')).toBe(5)
    expect(count('TR')).toBe(1 + SHORT_REPORT.observations.length)
    expect(count('TD')).toBe(5 * SHORT_REPORT.observations.length)
    expect(count('H1')).toBe(1)
  })

  it.each([
    ['short', SHORT_REPORT, 1],
    ['of a person of one name', SINGLE_NAME, 1],
    ['medium', MEDIUM_REPORT, 2],
    ['long', LONG_REPORT, 5],
  ])('takes the pages it needs: %s', async (_, report, pages) => {
    expect((await load(report)).pdf.getPageCount()).toBe(pages)
  })

  it('breaks a text longer than a page', async () => {
    const text = 'Описание препарата занимает несколько страниц. '.repeat(300)
    const [first, ...others] = SHORT_REPORT.observations
    const observations = first
      ? [{ ...first, value: { kind: 'text', text } as const }, ...others]
      : []
    expect(
      (await load({ ...SHORT_REPORT, observations, notes: [text] })).pdf.getPageCount(),
    ).toBeGreaterThan(4)
  })

  it('gives the same bytes for the same input, in a fresh process or a used one', async () => {
    const fresh = createDocumentRenderer()
    const other = { ...SHORT_REPORT, notes: ['Конц. μ и µ: fi ﬁ 1⁄2 Ω Ω'] }
    await renderer.render(documentInput(other))
    await renderer.render(documentInput({ ...other, notes: ['Конц. µ и μ: ﬁ fi'] }))
    const used = await renderer.render(documentInput(other))
    expect(used.pdf.equals((await fresh.render(documentInput(other))).pdf)).toBe(true)
  })

  it('writes sound metadata for names with markup in them', async () => {
    const input = documentInput(SHORT_REPORT, { title: 'Анализ <b>& протокол' })
    const text = (await renderer.render(input)).pdf.toString('utf8')
    const metadata = /<x:xmpmeta[\s\S]*<\/x:xmpmeta>/.exec(text)?.[0] ?? ''
    expect(metadata).toContain('Анализ  b и протокол')
  })

  it.each([
    ['😀', 'U+1F600'],
    ['漢', 'U+6F22'],
    ['\ud800', 'U+FFFD'],
  ])('refuses a character the font lacks (%s) and names it alone', async (character, codePoint) => {
    const patient = { ...SHORT_REPORT.patient, familyName: `Тестова${character}` }
    await expect(
      renderer.render(documentInput({ ...SHORT_REPORT, patient })),
    ).rejects.toMatchObject({
      code: 'glyph-missing',
      class: 'permanent',
      message: 'glyph-missing',
      details: { codePoint },
    })
  })

  it('renders any text, or says which character it cannot', async () => {
    const character = fc.constantFrom(
      ...'аЯй5 .,<&',
      'и\u0306',
      '\u200b',
      '\u202e',
      '\n',
      '\t',
      '\0',
      '€',
    )
    const anyText = fc.oneof(
      { weight: 4, arbitrary: fc.string({ unit: character, maxLength: 60 }) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
    )
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const [first] = SHORT_REPORT.observations
        const observations = first ? [{ ...first, name: text, notes: [text] }] : []
        try {
          await renderer.render(documentInput({ ...SHORT_REPORT, observations, notes: [text] }))
        } catch (error) {
          expect(isAppError(error) && error.code).toBe('glyph-missing')
        }
      }),
      { numRuns: 30 },
    )
  })
})
