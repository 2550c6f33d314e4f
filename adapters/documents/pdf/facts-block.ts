import type { DocumentInput } from '../port.ts'
import { formatFullName, formatSnils, SEX_TEXT } from '../text/person.ts'
import { formatDate, formatDateTime } from '../text/russian-date.ts'
import { lineHeight, type PageWriter } from './page-writer.ts'
import { COLOR, TEXT, type TextStyle } from './styles.ts'

interface Fact {
  readonly label: string
  readonly value: string | undefined
  readonly style?: TextStyle
}

const LABEL_WIDTH = 88
const PADDING = 9
const GAP = 14

/** Patient on the left, order and specimen on the right, on a quiet band. */
export function drawFacts(writer: PageWriter, input: DocumentInput): void {
  const { pdf, left, width, root } = writer
  const columnWidth = (width - 2 * PADDING - GAP) / 2
  const columns = [patientFacts(input), orderFacts(input)].map((facts) =>
    facts.map((fact) => layoutFact(writer, fact, columnWidth - LABEL_WIDTH)),
  )
  const height = Math.max(...columns.map(heightOf)) + 2 * PADDING
  writer.ensure(height)
  const top = writer.y
  writer.artifact(() => pdf.roundedRect(left, top, width, height, 4).fill(COLOR.band))
  columns.forEach((facts, column) => {
    const x = left + PADDING + column * (columnWidth + GAP)
    let y = top + PADDING
    for (const fact of facts) {
      root.add(
        pdf.struct('P', {}, () => {
          writer.draw(fact.label, TEXT.label, x, y + 1)
          writer.draw(fact.value, fact.style, x + LABEL_WIDTH, y)
        }),
      )
      y += fact.height
    }
  })
  writer.y = top + height + 10
}

function patientFacts({ report: { patient } }: DocumentInput): Fact[] {
  return [
    { label: 'Пациент', value: formatFullName(patient), style: TEXT.bodyBold },
    { label: 'Дата рождения', value: patient.birthDate && formatDate(patient.birthDate) },
    { label: 'Пол', value: SEX_TEXT[patient.sex] },
    { label: 'СНИЛС', value: patient.snils && formatSnils(patient.snils) },
    { label: 'Полис ОМС', value: patient.policy },
    { label: 'Номер пациента', value: patient.localId },
  ]
}

function orderFacts({ report }: DocumentInput): Fact[] {
  const { order, specimen } = report
  return [
    { label: 'Направление', value: order?.placerNumber },
    { label: 'Номер заказа', value: order?.fillerNumber },
    { label: 'Назначено', value: order?.orderedAt && formatDateTime(order.orderedAt) },
    { label: 'Биоматериал', value: specimen?.type && (specimen.type.name || specimen.type.code) },
    { label: 'Номер пробы', value: specimen?.id },
    { label: 'Взят', value: specimen?.collectedAt && formatDateTime(specimen.collectedAt) },
    { label: 'Поступил', value: specimen?.receivedAt && formatDateTime(specimen.receivedAt) },
    { label: 'Выполнено', value: formatDateTime(report.performedAt), style: TEXT.bodyBold },
  ]
}

interface LaidOutFact {
  readonly label: readonly string[]
  readonly value: readonly string[]
  readonly style: TextStyle
  readonly height: number
}

function layoutFact(writer: PageWriter, fact: Fact, valueWidth: number): LaidOutFact {
  const style = fact.style ?? TEXT.body
  if (!fact.value) return { label: [], value: [], style, height: 0 }
  const value = writer.wrap(fact.value, style, valueWidth)
  const label = writer.wrap(fact.label, TEXT.label, LABEL_WIDTH)
  return { label, value, style, height: value.length * lineHeight(style) + 1.5 }
}

function heightOf(facts: readonly LaidOutFact[]): number {
  return facts.reduce((sum, fact) => sum + fact.height, 0)
}
