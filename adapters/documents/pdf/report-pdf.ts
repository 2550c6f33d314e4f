import PDFDocument from 'pdfkit'
import type { DocumentInput } from '../port.ts'
import { toPrintedText } from '../text/printable.ts'
import { drawClosing, drawNotes } from './closing-block.ts'
import { drawFacts } from './facts-block.ts'
import { drawPageNumbers } from './page-numbers.ts'
import { createPageWriter, type PdfDocument } from './page-writer.ts'
import { drawReportHead, runningHead } from './report-head.ts'
import { drawResults } from './results-table.ts'
import { addSignatureField } from './signature-field.ts'
import type { FaceName, Typeface } from './typeface.ts'

/** Name of the attachment in every document. */
const XML_NAME = 'report.xml'

/** PDF/A-3b, tagged, with the signed XML inside: what a person reads and what a program reads travel together. */
export function renderReportPdf(
  input: DocumentInput,
  xml: Buffer,
  typeface: Typeface,
): Promise<Buffer> {
  const pdf = openDocument(input)
  registerFaces(pdf, typeface)
  const finished = collect(pdf)
  const writer = createPageWriter({ pdf, typeface, runningHead: runningHead(input) })
  drawReportHead(writer, input)
  drawFacts(writer, input)
  drawResults(writer, input)
  drawNotes(writer, input.report.notes)
  drawClosing(writer, input)
  writer.root.end()
  drawPageNumbers(writer, input)
  addSignatureField(pdf, input)
  attachXml(pdf, xml, new Date(input.createdAt))
  pdf.end()
  return finished
}

function openDocument(input: DocumentInput): PdfDocument {
  const createdAt = new Date(input.createdAt)
  return new PDFDocument({
    size: 'A4',
    margin: 0,
    pdfVersion: '1.7',
    subset: 'PDF/A-3b',
    tagged: true,
    lang: 'ru-RU',
    displayTitle: true,
    bufferPages: true,
    // Without this pdfkit puts Helvetica into the file, unembedded. Its types only know names.
    font: null as never,
    info: {
      Title: metadataText(input.title),
      Author: metadataText(input.organization.name),
      Creator: 'Gonets',
      Producer: 'Gonets',
      CreationDate: createdAt,
      ModDate: createdAt,
    },
  })
}

/** pdfkit writes these into XMP without escaping: one ampersand in a company's name would spoil the file. */
function metadataText(text: string): string {
  return toPrintedText(text)
    .replaceAll('&', 'и')
    .replace(/[<>\n]/g, ' ')
}

function registerFaces(pdf: PdfDocument, typeface: Typeface): void {
  const names: readonly FaceName[] = ['regular', 'bold']
  // pdfkit accepts a parsed font; its types only know bytes and names.
  for (const name of names) pdf.registerFont(name, typeface[name] as never)
}

function attachXml(pdf: PdfDocument, xml: Buffer, createdAt: Date): void {
  const attachment = {
    name: XML_NAME,
    type: 'application/xml',
    relationship: 'Source', // PDF/A-3: the page was made from this file
    creationDate: createdAt,
    modifiedDate: createdAt,
  }
  pdf.file(xml, attachment)
}

function collect(pdf: PdfDocument): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk))
    pdf.on('end', () => resolve(Buffer.concat(chunks)))
    pdf.on('error', reject)
  })
}
