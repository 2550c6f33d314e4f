import type { Observation, Report } from '../../../domain/report/report.ts'
import type { Findings } from '../findings.ts'
import { isEmpty, isTakenBack, type OrderGroup, orderStatusOf } from './order-group.ts'
import type { SegmentReader } from './segment-reader.ts'

/**
 * OBX-11, HL7 table 0085. `W` (posted as wrong, e.g. under another patient) and `D` (deleted) take back what was said
 * before; `X` cannot be obtained; `N` was not asked; `O` is an order detail.
 */
const OBSERVATION: Readonly<Record<string, Observation['status']>> = {
  F: 'final',
  U: 'final',
  C: 'corrected',
  P: 'preliminary',
  I: 'preliminary',
  R: 'preliminary',
  S: 'preliminary',
  B: 'preliminary',
  V: 'preliminary',
  X: 'cancelled',
  W: 'cancelled',
  D: 'cancelled',
  N: 'cancelled',
  O: 'cancelled',
}
/** OBR-25, table 0123: `X` takes the order back, everything but `F` and `C` means that more is to come. */
const ORDER = /^[ACFIOPRSXYZ]$/

export interface StatusReading {
  readonly status: Observation['status']
  /** Replaces or takes back something sent before. */
  readonly corrects: boolean
  /** Taken back as wrong or deleted. */
  readonly revoked: boolean
}

/**
 * An empty OBX-11 takes over OBR-25, but only if the segment reaches that far: a torn one must not pass for final. Of an
 * order that is taken back nothing stands, whatever its observations say of themselves.
 */
export function readObservationStatus(
  obx: SegmentReader,
  obr: SegmentReader,
  findings: Findings,
): StatusReading {
  const own = obx.field(11).component(1).toUpperCase()
  const inherited = obx.length >= 11 ? orderStatusOf(obr) : ''
  const takenBack = isTakenBack(obr)
  // `A`, `Y`, `Z` of OBR-25 say that more is to come and are no statuses of an observation.
  const letter = own || (takenBack ? 'X' : inherited.replace(/^[AYZ]$/, 'P'))
  const status = OBSERVATION[letter]
  if (status === undefined) {
    const code = letter === '' ? 'status-missing' : 'status-unknown'
    findings.error(code, obx.at(11), letter === '' ? 'статус не указан' : 'статус не распознан')
  }
  const revoked = letter === 'W' || letter === 'D'
  if (revoked) {
    findings.warning(
      'entered-in-error',
      obx.at(11),
      'показатель отозван лабораторией как ошибочный',
    )
  }
  if (takenBack) return { status: 'cancelled', corrects: revoked, revoked }
  return { status: status ?? 'preliminary', corrects: revoked || letter === 'C', revoked }
}

/**
 * An order taken back beside others says nothing of those. Observations of which none is left and one was revoked take the
 * result back; those that could not be obtained (`X`) are a result: it says so.
 */
export function readReportStatus(
  groups: readonly OrderGroup[],
  observations: readonly StatusReading[],
  findings: Findings,
): Report['status'] {
  const letters = groups.map(({ obr }) => {
    const letter = orderStatusOf(obr)
    if (letter !== '' && !ORDER.test(letter)) {
      findings.error('status-unknown', obr.at(25), 'статус не распознан')
    }
    return letter
  })
  if (groups.every((group) => isTakenBack(group.obr) || isEmpty(group))) return 'cancelled'
  const nothingLeft = observations.every(({ status }) => status === 'cancelled')
  if (nothingLeft && observations.some(({ revoked }) => revoked)) return 'cancelled'
  const unfinished = letters.some((letter) => !['', 'F', 'C', 'X'].includes(letter))
  if (unfinished || observations.some(({ status }) => status === 'preliminary'))
    return 'preliminary'
  return letters.includes('C') || observations.some(({ corrects }) => corrects)
    ? 'corrected'
    : 'final'
}
