import type { DocumentInput } from '../port.ts'
import { PAGE, type PageWriter } from './page-writer.ts'
import { COLOR, TEXT } from './styles.ts'

/** Foot of every page, once their number is known. */
export function drawPageNumbers(writer: PageWriter, input: DocumentInput): void {
  const { pdf, left, width } = writer
  const { start, count } = pdf.bufferedPageRange()
  const y = pdf.page.height - PAGE.bottom + 14
  const [name = ''] = writer.wrap(
    `Документ ${input.documentId} · версия ${input.versionNumber}`,
    TEXT.small,
    width - 80,
  )
  for (let index = 0; index < count; index += 1) {
    pdf.switchToPage(start + index)
    writer.artifact(() => {
      const [number = ''] = writer.wrap(`стр. ${index + 1} из ${count}`, TEXT.small, 80)
      pdf.rect(left, y - 4, width, 0.5).fill(COLOR.rule)
      writer.draw([name], TEXT.small, left, y)
      writer.draw([number], TEXT.small, left + width - writer.widthOf(number, TEXT.small), y)
    })
  }
}
