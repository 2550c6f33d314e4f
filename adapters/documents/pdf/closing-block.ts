import type { Practitioner } from '../../../domain/report/report.ts'
import type { DocumentInput } from '../port.ts'
import { formatFullName } from '../text/person.ts'
import { formatDate } from '../text/russian-date.ts'
import { lineHeight, type PageWriter, paragraph } from './page-writer.ts'
import { COLOR, TEXT, type TextStyle } from './styles.ts'

const STAMP_WIDTH = 262
const PADDING = 8

export function drawNotes(writer: PageWriter, notes: readonly string[]): void {
  if (notes.length === 0) return
  writer.y += 8
  writer.ensure(lineHeight(TEXT.panel) + lineHeight(TEXT.body))
  paragraph(writer, 'Примечания', TEXT.panel, 'H3')
  for (const note of notes) {
    paragraph(writer, note, TEXT.body)
    writer.y += 3
  }
}

interface Line {
  readonly lines: readonly string[]
  readonly style: TextStyle
}

/** People on the left, the visible stamp of the signature on the right; never torn apart by a page break. */
export function drawClosing(writer: PageWriter, input: DocumentInput): void {
  const { pdf, root, left, width } = writer
  const people = peopleLines(writer, input, width - STAMP_WIDTH - 16)
  const stamp = stampLines(writer, input.stamp)
  writer.y += 14
  writer.ensure(Math.max(heightOf(people), heightOf(stamp) + 2 * PADDING))
  const top = writer.y
  const stampLeft = left + width - STAMP_WIDTH
  root.add(pdf.struct('P', {}, () => drawLines(writer, people, left, top)))
  writer.artifact(() =>
    pdf
      .roundedRect(stampLeft, top, STAMP_WIDTH, heightOf(stamp) + 2 * PADDING, 6)
      .lineWidth(1.2)
      .stroke(COLOR.accent),
  )
  root.add(
    pdf.struct('P', {}, () => drawLines(writer, stamp, stampLeft + PADDING + 2, top + PADDING)),
  )
  writer.y = top + Math.max(heightOf(people), heightOf(stamp) + 2 * PADDING)
}

function stampLines(writer: PageWriter, stamp: DocumentInput['stamp']): Line[] {
  const validity = `с ${formatDate(stamp.notBefore)} по ${formatDate(stamp.notAfter)}`
  const texts: readonly (readonly [string, TextStyle])[] = [
    ['Документ подписан электронной подписью', TEXT.stampHead],
    [`Сертификат: ${stamp.serial}`, TEXT.stamp],
    [`Владелец: ${stamp.owner}`, TEXT.stamp],
    [`Действителен: ${validity}`, TEXT.stamp],
  ]
  return texts.map(([text, style]) => ({
    lines: writer.wrap(text, style, STAMP_WIDTH - 2 * PADDING - 4),
    style,
  }))
}

function peopleLines(writer: PageWriter, { report }: DocumentInput, width: number): Line[] {
  const person = (label: string, practitioner: Practitioner | undefined) =>
    practitioner
      ? [
          { lines: writer.wrap(label, TEXT.label, width), style: TEXT.label },
          {
            lines: writer.wrap(formatFullName(practitioner), TEXT.bodyBold, width),
            style: TEXT.bodyBold,
          },
        ]
      : []
  const space = { lines: report.performer ? [''] : [], style: TEXT.small }
  return [
    ...person(report.performer?.position ?? 'Исследование выполнил', report.performer),
    space,
    ...person(report.responsibleDoctor?.position ?? 'Назначивший врач', report.responsibleDoctor),
  ]
}

function drawLines(writer: PageWriter, lines: readonly Line[], x: number, top: number): void {
  let y = top
  for (const line of lines) y += writer.draw(line.lines, line.style, x, y)
}

function heightOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + line.lines.length * lineHeight(line.style), 0)
}
