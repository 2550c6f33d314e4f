import type PDFDocument from 'pdfkit'
import { toPrintedText } from '../text/printable.ts'
import { widthsOf } from './layout-memory.ts'
import type { TextStyle } from './styles.ts'
import { wrapText } from './text-wrap.ts'
import { assertGlyphs, type Typeface } from './typeface.ts'

export type PdfDocument = InstanceType<typeof PDFDocument>
export type StructureElement = ReturnType<PdfDocument['struct']>

export const PAGE = { left: 42, right: 42, top: 40, bottom: 52 } as const
const LEADING = 1.28

/** Where the next thing goes, and the only way text reaches the page: cleaned, checked for glyphs and wrapped. */
export interface PageWriter {
  readonly pdf: PdfDocument
  /** Root of the logical structure (PDF tags). */
  readonly root: StructureElement
  readonly left: number
  readonly width: number
  /** Points from the top of the page. */
  y: number
  /** Points left on this page. */
  room(): number
  /** Points an empty page has below its running head. */
  capacity(): number
  /** Begins a page, running head included, when less than `height` is left. */
  ensure(height: number): void
  newPage(): void
  /** Of a piece of text without line feeds, in points. */
  widthOf(piece: string, style: TextStyle): number
  wrap(text: string, style: TextStyle, width: number): string[]
  /** Draws finished lines (from `wrap`) from `y` down; returns the height used. */
  draw(lines: readonly string[], style: TextStyle, x: number, y: number): number
  /** A decoration: not part of the content for a screen reader. */
  artifact(paint: () => unknown): void
}

export function lineHeight(style: TextStyle): number {
  return style.size * (style.leading ?? LEADING)
}

export interface PageWriterDeps {
  readonly pdf: PdfDocument
  readonly typeface: Typeface
  /** Draws what every page after the first begins with, from `writer.y` down. */
  readonly runningHead: (writer: PageWriter) => void
}

export function createPageWriter({ pdf, typeface, runningHead }: PageWriterDeps): PageWriter {
  // pdfkit measures every line it draws, twice, to know where the next would begin. We say where.
  pdf.widthOfString = () => 0
  const root = pdf.struct('Document')
  pdf.addStructure(root)
  let capacity = pdf.page.height - PAGE.top - PAGE.bottom
  const writer: PageWriter = {
    pdf,
    root,
    left: PAGE.left,
    width: pdf.page.width - PAGE.left - PAGE.right,
    y: PAGE.top,
    room: () => pdf.page.height - PAGE.bottom - writer.y,
    capacity: () => capacity,
    ensure: (height) => {
      if (writer.room() < height) writer.newPage()
    },
    newPage: () => {
      pdf.addPage()
      writer.y = PAGE.top
      writer.artifact(() => runningHead(writer))
      capacity = writer.room()
    },
    widthOf: (piece, { face, size }) => widthsOf(typeface[face], size)(piece),
    wrap: (text, style, width) => {
      const printed = toPrintedText(text)
      assertGlyphs(typeface[style.face], printed)
      return wrapText(printed, width, widthsOf(typeface[style.face], style.size))
    },
    draw: (lines, style, x, y) => {
      pdf.font(style.face).fontSize(style.size).fillColor(style.color)
      lines.forEach((line, index) => {
        if (line !== '') pdf.text(line, x, y + index * lineHeight(style), { lineBreak: false })
      })
      return lines.length * lineHeight(style)
    },
    artifact: (paint) => {
      pdf.markContent('Artifact', { type: 'Layout' })
      paint()
      pdf.endMarkedContent()
    },
  }
  return writer
}

/** Text over the whole width as a tagged paragraph (or heading), broken over pages where it must be. */
export function paragraph(writer: PageWriter, text: string, style: TextStyle, tag = 'P'): void {
  let lines = writer.wrap(text, style, writer.width)
  while (lines.length > 0) {
    writer.ensure(lineHeight(style))
    const count = Math.max(1, Math.floor(writer.room() / lineHeight(style)))
    const part = lines.slice(0, count)
    lines = lines.slice(count)
    const { pdf, root, left } = writer
    root.add(
      pdf.struct(tag, {}, () => {
        writer.y += writer.draw(part, style, left, writer.y)
      }),
    )
  }
}
