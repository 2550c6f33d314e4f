import type { DocumentInput } from '../port.ts'
import { formatFullName } from '../text/person.ts'
import { formatDate } from '../text/russian-date.ts'
import { type PageWriter, paragraph } from './page-writer.ts'
import { COLOR, TEXT } from './styles.ts'

/** The laboratory, then the title of the document and the analysis. */
export function drawReportHead(writer: PageWriter, input: DocumentInput): void {
  const { organization, report } = input
  paragraph(writer, organization.name, TEXT.organization)
  const contacts = [organization.address, organization.phone && `тел. ${organization.phone}`]
  const registration = [
    `ИНН ${organization.inn}`,
    `ОГРН ${organization.ogrn}`,
    organization.license && `Лицензия ${organization.license}`,
  ]
  for (const parts of [contacts, registration]) {
    const text = parts.filter(Boolean).join(' · ')
    if (text !== '') paragraph(writer, text, TEXT.small)
  }
  drawRule(writer)
  paragraph(writer, input.title, TEXT.title, 'H1')
  writer.y += 1
  paragraph(writer, report.analysis.name, TEXT.subtitle, 'H2')
  paragraph(writer, `Код услуги ${input.serviceCode}`, TEXT.small)
  if (input.replacesDocumentId) {
    const replaced = `Версия ${input.versionNumber}. Заменяет документ ${input.replacesDocumentId}`
    paragraph(writer, replaced, TEXT.abnormal)
  } else if (report.status === 'corrected') {
    paragraph(writer, `Версия ${input.versionNumber}. Исправленный результат`, TEXT.abnormal)
  }
  writer.y += 8
}

function drawRule(writer: PageWriter): void {
  const { pdf, left, width } = writer
  writer.y += 5
  writer.artifact(() => pdf.rect(left, writer.y, width, 1.5).fill(COLOR.accent))
  writer.y += 11
}

/** Whose result a loose page is: drawn on every page but the first. */
export function runningHead(input: DocumentInput): (writer: PageWriter) => void {
  const { patient, analysis } = input.report
  const text = [
    formatFullName(patient),
    patient.birthDate && `дата рождения ${formatDate(patient.birthDate)}`,
    analysis.name,
  ]
    .filter(Boolean)
    .join(' · ')
  return (writer) => {
    const [line = '', ...more] = writer.wrap(text, TEXT.small, writer.width - 8)
    const shown = more.length > 0 ? `${line} …` : line
    writer.y += writer.draw([shown], TEXT.small, writer.left, writer.y) + 2
    writer.pdf.rect(writer.left, writer.y, writer.width, 0.75).fill(COLOR.accent)
    writer.y += 8
  }
}
