import type { Observation } from '../../../domain/report/report.ts'
import type { DocumentInput, MappedObservation } from '../port.ts'
import {
  type InterpretationMark,
  MARKS_LEGEND,
  toInterpretationMark,
} from '../text/interpretation-mark.ts'
import { formatRange, formatValue, laboratoryUnit } from '../text/observation-text.ts'
import { type PageWriter, paragraph } from './page-writer.ts'
import { COLOR, TEXT } from './styles.ts'
import { drawTable } from './table.ts'
import type { Cell, Column, Row } from './table-model.ts'

const COLUMNS: readonly Column[] = [
  { title: 'Показатель', share: 0.37 },
  { title: 'Результат', share: 0.17 },
  { title: 'Единица', share: 0.13 },
  { title: 'Референсный интервал', share: 0.23 },
  { title: 'Отметка', share: 0.1 },
]

/** Panels become sub-headings, in the order in which the laboratory reported them. */
export function drawResults(writer: PageWriter, input: DocumentInput): void {
  const rows: Row[] = []
  let panel: string | undefined
  input.report.observations.forEach((observation, index) => {
    const current = observation.panel?.name || observation.panel?.code
    if (current !== undefined && current !== panel) rows.push({ kind: 'group', title: current })
    panel = current
    rows.push(toRow(observation, input.mapped[index]))
  })
  drawTable(writer, COLUMNS, rows)
  writer.y += 5
  if (input.report.observations.some(isMarked)) paragraph(writer, MARKS_LEGEND, TEXT.small)
}

function isMarked({ interpretation }: Observation): boolean {
  return toInterpretationMark(interpretation).emphasis !== 'none'
}

const VALUE_STYLES = {
  none: TEXT.bodyBold,
  abnormal: TEXT.abnormal,
  critical: TEXT.critical,
} as const
const ARROW_STYLES = {
  none: TEXT.body,
  abnormal: TEXT.abnormalMark,
  critical: TEXT.criticalMark,
} as const

/** Arrows of the text's own size are easily missed; words are not. */
function markStyle({ text, emphasis }: InterpretationMark) {
  if (/^[↑↓!]/.test(text)) return ARROW_STYLES[emphasis]
  return emphasis === 'none' ? TEXT.body : VALUE_STYLES[emphasis]
}

function toRow(observation: Observation, mapped: MappedObservation | undefined): Row {
  const mark = toInterpretationMark(observation.interpretation)
  const name = observation.name || mapped?.fsliName || observation.code
  const cells: Cell[] = [
    { text: name, style: TEXT.body, ...remarkOf(observation) },
    ...resultCells(observation, mark, mapped),
    { text: mark.text, style: markStyle(mark) },
  ]
  return mark.emphasis === 'critical'
    ? { kind: 'cells', cells, background: COLOR.criticalBand }
    : { kind: 'cells', cells }
}

/** Words need room more than alignment: without unit and range they take those columns too. */
function resultCells(
  observation: Observation,
  { emphasis }: InterpretationMark,
  mapped: MappedObservation | undefined,
): Cell[] {
  const unit = mapped?.unit?.name ?? laboratoryUnit(observation.value) ?? ''
  const range = formatRange(observation.referenceRange)
  const text = formatValue(observation)
  if (unit === '' && range === '') return [{ text, style: VALUE_STYLES[emphasis], span: 3 }]
  return [
    { text, style: VALUE_STYLES[emphasis] },
    { text: unit, style: TEXT.body },
    { text: range, style: TEXT.body },
  ]
}

const STATUS_REMARKS: Readonly<Partial<Record<Observation['status'], string>>> = {
  preliminary: 'предварительный результат',
  corrected: 'исправленный результат',
}

function remarkOf({ status, notes }: Observation): { remark?: string } {
  const lines = [STATUS_REMARKS[status], ...notes].filter(Boolean)
  return lines.length > 0 ? { remark: lines.join('\n') } : {}
}
