import type { Coding, Observation } from '../../../domain/report/report.ts'
import { toCodedElement } from './coded-element.ts'
import { type ReadContext, readTime } from './hl7-time.ts'
import { readNotes } from './notes.ts'
import type { ObservationSegments, OrderGroup } from './order-group.ts'
import { parseReferenceRange } from './reference-range.ts'
import type { SegmentReader } from './segment-reader.ts'
import { readObservationStatus, type StatusReading } from './status.ts'
import { readValue } from './value.ts'

export interface ObservationReading {
  readonly observation: Observation
  readonly status: StatusReading
  /** `OBX[7]` */
  readonly place: string
}

/** Of one result. Where several groups tell of it, each observation names its own. */
export function readObservations(
  groups: readonly OrderGroup[],
  context: ReadContext,
): readonly ObservationReading[] {
  const filled = groups.filter(({ observations }) => observations.length > 0)
  return filled.flatMap(({ obr, observations }) => {
    const panel = filled.length > 1 ? toCodedElement(obr.field(4))?.coding : undefined
    return observations.map((segments) => readObservation(segments, obr, panel, context))
  })
}

/** What a cancelled observation said is left out; of a revoked one also the notes, which may be another person's. */
function readObservation(
  { obx, notes }: ObservationSegments,
  obr: SegmentReader,
  panel: Coding | undefined,
  context: ReadContext,
): ObservationReading {
  const { findings } = context
  const status = readObservationStatus(obx, obr, findings)
  const element = toCodedElement(obx.field(3))
  if (!element) findings.error('code-missing', obx.at(3), 'нет кода показателя')
  const cancelled = status.status === 'cancelled'
  const observation: Observation = {
    ...(element?.coding ?? { code: '?', codeSystem: 'local', name: '?' }),
    alternative: element?.alternative,
    value: cancelled ? undefined : readValue(obx, findings),
    referenceRange: cancelled ? undefined : parseReferenceRange(obx.field(7).text),
    interpretation: cancelled ? undefined : obx.field(8).component(1) || undefined,
    performedAt: readTime(obx, 19, context) ?? readTime(obx, 14, context),
    status: status.status,
    panel,
    notes: status.revoked ? [] : readNotes(notes),
  }
  return { observation, status, place: obx.at() }
}
