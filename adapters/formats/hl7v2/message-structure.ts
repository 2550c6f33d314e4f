import type { Findings } from '../findings.ts'
import { isEmpty, type ObservationSegments, type OrderGroup } from './order-group.ts'
import type { SegmentReader } from './segment-reader.ts'

export interface MessageStructure {
  readonly msh: SegmentReader
  readonly pid: SegmentReader
  readonly groups: readonly OrderGroup[]
  /** NTE before any order: they speak of every result. */
  readonly notes: readonly SegmentReader[]
}

/** Part of ORU^R01, but nothing this product carries on: visit, insurance, next of kin, software … */
const UNUSED: ReadonlySet<string> = new Set(
  'SFT UAC PD1 NK1 ARV AL1 DB1 PV1 PV2 IN1 IN2 IN3 GT1 ROL PRT TQ2 CTD CTI FT1 BLG SAC ACC EVN'.split(
    ' ',
  ),
)

/** Gathers segments into the groups of ORU^R01. `undefined` when the message lacks what no report can do without. */
export function readStructure(
  segments: readonly SegmentReader[],
  findings: Findings,
): MessageStructure | undefined {
  const draft: Draft = { groups: [], notes: [], timings: [], ahead: [] }
  for (const segment of segments) place(segment, draft, findings)
  const { msh, pid, groups } = draft
  // Of an ORC that no OBR follows.
  const notes = [...draft.notes, ...draft.ahead]
  if (!pid) findings.error('segment-missing', 'PID', 'в сообщении нет сведений о пациенте')
  if (groups.length === 0) {
    findings.error('segment-missing', 'OBR[1]', 'в сообщении нет исследования')
  } else if (groups.every(isEmpty)) {
    findings.error('segment-missing', 'OBX[1]', 'в сообщении нет ни одного показателя')
  }
  return msh && pid && groups.length > 0 ? { msh, pid, groups, notes } : undefined
}

interface Draft {
  msh?: SegmentReader
  pid?: SegmentReader
  /** ORC of the OBR to come. */
  orc?: SegmentReader | undefined
  /** TQ1 that stand before their OBR: they follow the ORC in orders, the OBR in results. */
  timings: SegmentReader[]
  /** NTE that stand between an ORC and its OBR. */
  ahead: SegmentReader[]
  /** Where the next NTE belongs; the message's own notes while there is no order. */
  noteOwner?: SegmentReader[]
  readonly groups: OrderGroup[]
  readonly notes: SegmentReader[]
}

function place(segment: SegmentReader, draft: Draft, findings: Findings): void {
  switch (segment.name) {
    case 'MSH':
      if (draft.msh) findings.error('several-messages', 'MSH', 'прислано больше одного сообщения')
      draft.msh ??= segment
      return
    case 'PID':
      if (draft.pid) findings.error('several-patients', 'PID', 'в сообщении больше одного пациента')
      draft.pid ??= segment
      return
    case 'ORC':
      draft.orc = segment
      draft.timings = []
      draft.ahead = []
      draft.noteOwner = draft.ahead
      return
    case 'OBR':
      draft.groups.push({
        ...{ obr: segment, orc: draft.orc, timings: draft.timings },
        ...{ observations: [], specimens: [], notes: draft.ahead },
      })
      draft.noteOwner = draft.ahead
      draft.orc = undefined
      draft.timings = []
      draft.ahead = []
      return
    case 'TQ1':
      ;(draft.orc ? draft.timings : (draft.groups.at(-1)?.timings ?? draft.timings)).push(segment)
      return
    case 'OBX':
      placeObservation(segment, draft, findings)
      return
    case 'SPM':
      placeSpecimen(segment, draft)
      return
    case 'NTE':
      ;(draft.noteOwner ?? draft.notes).push(segment)
      return
    default:
      reviewOther(segment, findings)
  }
}

function placeSpecimen(spm: SegmentReader, draft: Draft): void {
  const group = draft.groups.at(-1)
  group?.specimens.push(spm)
  draft.noteOwner = group?.notes ?? draft.notes
}

function placeObservation(obx: SegmentReader, draft: Draft, findings: Findings): void {
  const group = draft.groups.at(-1)
  if (!group) findings.error('segment-order', obx.at(), 'показатель стоит раньше исследования OBR')
  const observation: ObservationSegments = { obx, notes: [] }
  group?.observations.push(observation)
  draft.noteOwner = observation.notes
}

function reviewOther(segment: SegmentReader, findings: Findings): void {
  const { name } = segment
  if (name === 'DSC') {
    findings.error(
      'message-continued',
      segment.at(),
      'сообщение продолжается в другом; пришлите его целиком',
    )
  } else if (!/^[A-Z][A-Z0-9]{2}$/.test(name)) {
    // What stands there may be content torn off by a stray line break: it is neither repeated nor passed over.
    findings.error('segment-unreadable', 'MSH', 'встретилась строка, которая не является сегментом')
  } else if (!name.startsWith('Z') && !UNUSED.has(name)) {
    findings.warning('segment-ignored', segment.at(), 'сегмент не используется и пропущен')
  }
}
