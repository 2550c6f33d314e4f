import { lineHeight, type PageWriter, type StructureElement } from './page-writer.ts'
import { COLOR, TEXT } from './styles.ts'
import { type Cell, type Column, PAD_X, PAD_Y, type PlacedColumn, type Row } from './table-model.ts'
import { drawTableRow, layoutCells, rowPieceHeight, takeLines } from './table-row.ts'

const GROUP_SPACE = 5

interface TableState {
  readonly writer: PageWriter
  readonly columns: readonly PlacedColumn[]
  readonly headHeight: number
  readonly table: StructureElement
  /** Title of the group the rows being drawn belong to. */
  group: string | undefined
}

/** A table over as many pages as it needs; its head is repeated, a group's title never stands alone at the end of a page. */
export function drawTable(
  writer: PageWriter,
  columns: readonly Column[],
  rows: readonly Row[],
): void {
  const table = writer.pdf.struct('Table')
  writer.root.add(table)
  const placed = placeColumns(writer, columns)
  const titleLines = Math.max(...placed.map(({ title }) => title.length))
  const headHeight = titleLines * lineHeight(TEXT.columnHead) + 2 * PAD_Y + 2
  const state: TableState = { writer, columns: placed, headHeight, table, group: undefined }
  writer.ensure(headHeight + 3 * rowHeight(1))
  drawHead(state, 'content')
  for (const row of rows) {
    if (row.kind === 'group') drawGroup(state, row.title)
    else drawCells(state, row.cells, row.background)
  }
  table.end()
}

function placeColumns(writer: PageWriter, columns: readonly Column[]): PlacedColumn[] {
  let x = writer.left
  return columns.map(({ title, share }) => {
    const width = share * writer.width
    const placed = { title: writer.wrap(title, TEXT.columnHead, width - 2 * PAD_X), x, width }
    x += width
    return placed
  })
}

function rowHeight(lines: number): number {
  return lines * lineHeight(TEXT.body) + 2 * PAD_Y
}

/** A repeated head is decoration: a screen reader hears the columns once. */
function drawHead(state: TableState, as: 'content' | 'repeated'): void {
  const { writer, columns, table, headHeight } = state
  const { pdf, left, width } = writer
  const top = writer.y
  const drawTitle = ({ title, x }: PlacedColumn) =>
    writer.draw(title, TEXT.columnHead, x + PAD_X, top + PAD_Y + 1)
  writer.artifact(() => {
    pdf.rect(left, top, width, headHeight).fill(COLOR.band)
    pdf.rect(left, top + headHeight - 1, width, 1).fill(COLOR.accent)
    if (as === 'repeated') columns.forEach(drawTitle)
  })
  if (as === 'content') {
    const cells = columns.map((column) => pdf.struct('TH', {}, () => drawTitle(column)))
    table.add(pdf.struct('TR', {}, cells))
  }
  writer.y = top + headHeight
}

function continueOnNewPage(state: TableState): void {
  const { writer, group } = state
  writer.newPage()
  drawHead(state, 'repeated')
  if (group === undefined) return
  const lines = groupLines(writer, `${group} (продолжение)`)
  writer.artifact(() => paintGroup(writer, lines))
  writer.y += groupHeight(lines)
  drawLine(writer)
}

function drawGroup(state: TableState, title: string): void {
  const { writer, table } = state
  const lines = groupLines(writer, title)
  state.group = undefined
  if (writer.room() < groupHeight(lines) + rowHeight(2)) continueOnNewPage(state)
  state.group = title
  const cell = writer.pdf.struct('TD', {}, () => paintGroup(writer, lines))
  table.add(writer.pdf.struct('TR', {}, [cell]))
  writer.y += groupHeight(lines)
  drawLine(writer)
}

function groupLines(writer: PageWriter, title: string): string[] {
  return writer.wrap(title, TEXT.panel, writer.width - 2 * PAD_X)
}

function groupHeight(lines: readonly string[]): number {
  return lines.length * lineHeight(TEXT.panel) + 2 * PAD_Y + GROUP_SPACE
}

function paintGroup(writer: PageWriter, lines: readonly string[]): void {
  writer.draw(lines, TEXT.panel, writer.left + PAD_X, writer.y + PAD_Y + GROUP_SPACE)
}

/** A row stays whole where it can; a text longer than a page is drawn in pieces, each a row of its own. */
function drawCells(
  state: TableState,
  cells: readonly Cell[],
  background: string | undefined,
): void {
  const { writer, columns, table } = state
  let rest = layoutCells(writer, columns, cells)
  const whole = rowPieceHeight(rest)
  if (writer.room() < whole && whole <= writer.capacity() - state.headHeight - rowHeight(2)) {
    continueOnNewPage(state)
  }
  while (rest.some(({ lines }) => lines.length > 0)) {
    if (writer.room() < rowHeight(2)) continueOnNewPage(state)
    const piece = rest.map((cell) => takeLines(cell, writer.room()))
    drawTableRow(writer, table, piece, background)
    drawLine(writer)
    rest = rest.map((cell, index) => ({
      ...cell,
      lines: cell.lines.slice(piece[index]?.lines.length),
    }))
  }
}

function drawLine(writer: PageWriter): void {
  writer.artifact(() =>
    writer.pdf.rect(writer.left, writer.y - 0.25, writer.width, 0.5).fill(COLOR.rule),
  )
}
