import { lineHeight, type PageWriter, type StructureElement } from './page-writer.ts'
import { TEXT, type TextStyle } from './styles.ts'
import { type Cell, PAD_X, PAD_Y, type PlacedColumn } from './table-model.ts'

/** A cell with its text broken into lines for the width it has. */
export interface LaidOutCell {
  readonly x: number
  readonly lines: readonly { readonly text: string; readonly style: TextStyle }[]
}

export function layoutCells(
  writer: PageWriter,
  columns: readonly PlacedColumn[],
  cells: readonly Cell[],
): LaidOutCell[] {
  let column = 0
  return cells.map((cell) => {
    const covered = columns.slice(column, column + (cell.span ?? 1))
    column += covered.length
    const width = covered.reduce((sum, part) => sum + part.width, 0) - 2 * PAD_X
    const styled = (text: string | undefined, style: TextStyle) =>
      text ? writer.wrap(text, style, width).map((line) => ({ text: line, style })) : []
    return {
      x: (covered[0]?.x ?? 0) + PAD_X,
      lines: [...styled(cell.text, cell.style), ...styled(cell.remark, TEXT.small)],
    }
  })
}

export function rowPieceHeight(cells: readonly LaidOutCell[]): number {
  return Math.max(...cells.map(linesHeight)) + 2 * PAD_Y
}

function linesHeight({ lines }: LaidOutCell): number {
  return lines.reduce((sum, { style }) => sum + lineHeight(style), 0)
}

/** The cell with the lines that fit into `room`, at least one. */
export function takeLines(cell: LaidOutCell, room: number): LaidOutCell {
  let used = 2 * PAD_Y
  const tooMuch = cell.lines.findIndex(({ style }) => {
    used += lineHeight(style)
    return used > room
  })
  if (tooMuch === -1) return cell
  return { ...cell, lines: cell.lines.slice(0, Math.max(1, tooMuch)) }
}

export function drawTableRow(
  writer: PageWriter,
  table: StructureElement,
  cells: readonly LaidOutCell[],
  background: string | undefined,
): void {
  const { pdf } = writer
  const top = writer.y
  const height = rowPieceHeight(cells)
  if (background) {
    writer.artifact(() => pdf.rect(writer.left, top, writer.width, height).fill(background))
  }
  const tagged = cells.map(({ x, lines }) =>
    pdf.struct('TD', {}, () => {
      let y = top + PAD_Y
      for (const { text, style } of lines) y += writer.draw([text], style, x, y)
    }),
  )
  table.add(pdf.struct('TR', {}, tagged))
  writer.y = top + height
}
