import type { Findings } from '../findings.ts'
import { line } from '../report-parts.ts'
import type { SegmentReader } from './segment-reader.ts'

/** Versions whose ORU^R01 is read as documented; in newer ones the fields used here have not moved. */
const VERSIONS: ReadonlySet<string> = new Set(['2.3', '2.3.1', '2.4', '2.5', '2.5.1'])

/** Characters of a message's number; the standard has 20, later 199. */
const MOST_ID = 200

/** Is this a laboratory result at all? */
export function reviewHeader(msh: SegmentReader, findings: Findings): void {
  const type = msh.field(9)
  if (type.component(1) !== 'ORU' || type.component(2) !== 'R01') {
    findings.error('message-type', msh.at(9), 'ожидается ORU^R01, результат исследования')
  }
  const version = msh.field(12).component(1)
  if (VERSIONS.has(version)) return
  if (/^2\.[6-9](\.\d)?$/.test(version) || version === '') {
    findings.warning('version-unusual', msh.at(12), 'сообщение прочитано по правилам версии 2.5.1')
  } else {
    findings.error('version-unsupported', msh.at(12), 'поддерживаются версии с 2.3 по 2.5.1')
  }
}

/** Sending application and facility, `LIS/Laboratory`: two installations of one system number their results alike. */
export function readSystem(msh: SegmentReader, findings: Findings): string {
  const names = [3, 4].map(
    (field) => msh.field(field).component(1) || msh.field(field).component(2),
  )
  const system = names.filter((name) => name !== '').join('/')
  if (system === '') {
    findings.error(
      'system-missing',
      msh.at(3),
      'не названа лабораторная система, выдавшая результат',
    )
  }
  return system
}

/** MSH-10, by which a message sent again is known. Without it the times of the message tell. */
export function readMessageId(msh: SegmentReader, findings: Findings): string | undefined {
  const id = msh.field(10).component(1)
  if (id === '' || line(MOST_ID).safeParse(id).success) return id || undefined
  findings.warning(
    'message-id-unreadable',
    msh.at(10),
    'длиннее 200 знаков или с недопустимыми знаками и не принят',
  )
  return undefined
}
