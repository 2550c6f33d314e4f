import type { Report } from '../../../domain/report/report.ts'
import type { Issue } from '../../../domain/shared/issue.ts'
import { err, ok } from '../../../domain/shared/result.ts'
import { createFindings, type Findings } from '../findings.ts'
import { finishReport } from '../finish-report.ts'
import type { ParseOptions, ReportParser } from '../port.ts'
import { type CharsetFault, decodeMessage } from './charset.ts'
import { reviewHeader } from './header.ts'
import { createHl7Findings, toHl7Issue } from './hl7-findings.ts'
import { type MessageStructure, readStructure } from './message-structure.ts'
import { type ReportDraft, readResults } from './report.ts'
import { type SplitFault, splitMessage } from './split-message.ts'

const MAX_SEGMENTS = 1000
const MAX_RESULTS = 100
const MAX_KEPT_BYTES = 100 * 1024 * 1024

const CHARSET_FAULTS: Readonly<Record<CharsetFault, string>> = {
  unknown: 'кодировка не поддерживается; укажите UNICODE UTF-8, WINDOWS-1251 или 8859/5',
  undecodable: 'содержимое не соответствует названной кодировке',
  mismatch: 'названа однобайтовая кодировка, а содержимое в UTF-8',
}
const SPLIT_FAULTS: Readonly<Record<SplitFault, [code: string, location: string, detail: string]>> =
  {
    binary: ['binary-content', 'MSH', 'содержимое не является текстом'],
    'no-header': ['header-missing', 'MSH', 'сообщение не начинается с сегмента MSH'],
    batch: ['batch-unsupported', 'MSH', 'пакеты не принимаются; присылайте сообщения по одному'],
    delimiters: ['delimiters-invalid', 'MSH-2', 'разделители не названы или повторяются'],
    'too-many-segments': ['too-many-segments', 'MSH', 'слишком много сегментов в сообщении'],
    'too-complex': ['segment-too-complex', 'MSH', 'слишком много полей в одном сегменте'],
  }

/** HL7 v2.3–2.5.1, ORU^R01, in ER7 form. Issues point at segment and field: `OBX[3]-5`. */
export const hl7v2Parser: ReportParser = {
  parse({ bytes, contentType, options }) {
    const findings = createHl7Findings()
    const structure = readMessage(bytes, contentType, options, findings)
    const drafts = structure ? readResults(structure, { findings, timeZone: options.timeZone }) : []
    reviewSize(drafts.length, bytes.length, options.limits, findings)
    const results = drafts.flatMap(({ word, ...draft }) => {
      const report = finish(draft, options, findings)
      return report ? [{ report, word }] : []
    })
    return results.length > 0 && !findings.hasErrors()
      ? ok({ results, warnings: findings.warnings() })
      : err([...findings.errors(), ...findings.warnings()])
  },
}

/** Each result is recorded by itself, with the message it came in: many results in a large message would be a flood. */
function reviewSize(
  results: number,
  bytes: number,
  limits: ParseOptions['limits'],
  findings: Findings,
): void {
  const kept = results > 1 ? results * bytes : 0
  if (
    results > (limits?.maxResults ?? MAX_RESULTS) ||
    kept > (limits?.maxKeptBytes ?? MAX_KEPT_BYTES)
  ) {
    const detail = 'слишком много исследований для одного сообщения; разделите его'
    findings.error('too-many-results', 'MSH', detail)
  }
}

/** The checks of the finished report add nothing at places that were found wrong before. */
function finish(
  { report: draft, places }: Pick<ReportDraft, 'report' | 'places'>,
  options: ParseOptions,
  findings: Findings,
): Report | undefined {
  const last = createFindings()
  const report = finishReport(draft, options, last)
  const known = new Set(findings.errors().map(({ pointer }) => pointer))
  const told = new Set([...findings.errors(), ...findings.warnings()].map(nameOf))
  const issues = [...last.errors(), ...last.warnings()].map((issue) => toHl7Issue(issue, places))
  findings.add(issues.filter((issue) => !known.has(issue.pointer) && !told.has(nameOf(issue))))
  return report
}

/** What is wrong with the patient is wrong in every result of the message, and told once. */
const nameOf = ({ code, pointer }: Issue) => `${code} ${pointer}`

function readMessage(
  bytes: Buffer,
  contentType: string,
  options: ParseOptions,
  findings: Findings,
): MessageStructure | undefined {
  const decoded = decodeMessage(bytes, contentType)
  if (!decoded.ok) {
    findings.error(`charset-${decoded.error}`, 'MSH-18', CHARSET_FAULTS[decoded.error])
    return undefined
  }
  const { text, decode, guessed } = decoded.value
  const segments = splitMessage(text, decode, options.limits?.maxSegments ?? MAX_SEGMENTS)
  if (!segments.ok) {
    findings.error(...SPLIT_FAULTS[segments.error])
    return undefined
  }
  if (guessed) {
    findings.warning('charset-undeclared', 'MSH-18', 'кодировка не указана, принята UTF-8')
  }
  const [msh] = segments.value
  if (msh) reviewHeader(msh, findings)
  return findings.hasErrors() ? undefined : readStructure(segments.value, findings)
}
