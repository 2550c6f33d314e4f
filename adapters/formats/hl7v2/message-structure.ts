import type { Findings } from '../findings.ts'
import type { SegmentReader } from './segment-reader.ts'

export interface ObservationSegments {
  readonly obx: SegmentReader
  readonly notes: SegmentReader[]
}
/** One OBR with what follows it. */
export interface OrderGroup {
  readonly obr: SegmentReader
  readonly orc: SegmentReader | undefined
  readonly timings: SegmentReader[]
  readonly observations: ObservationSegments[]
  readonly specimens: SegmentReader[]
}
export interface MessageStructure {
  readonly msh: SegmentReader
  readonly pid: SegmentReader
  readonly groups: readonly OrderGroup[]
  /** NTE that do not follow an OBX: they speak of the whole result. */
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
  const draft: Draft = { groups: [], notes: [], timings: [] }
  for (const segment of segments) place(segment, draft, findings)
  const { msh, pid, groups, notes } = draft
  if (!pid) findings.error('segment-missing', 'PID', 'в сообщении нет сведений о пациенте')
  if (groups.length === 0) {
    findings.error('segment-missing', 'OBR[1]', 'в сообщении нет исследования')
  } else if (groups.every((group) => group.observations.length === 0)) {
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
  /** Where the next NTE belongs; the report's own notes unless an OBX came last. */
  noteOwner?: SegmentReader[] | undefined
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
      return
    case 'OBR':
      draft.groups.push({
        ...{ obr: segment, orc: draft.orc, timings: draft.timings },
        ...{ observations: [], specimens: [] },
      })
      draft.orc = undefined
      draft.timings = []
      draft.noteOwner = undefined
      return
    case 'TQ1':
      ;(draft.orc ? draft.timings : (draft.groups.at(-1)?.timings ?? draft.timings)).push(segment)
      return
    case 'OBX':
      placeObservation(segment, draft, findings)
      return
    case 'SPM':
      draft.groups.at(-1)?.specimens.push(segment)
      draft.noteOwner = undefined
      return
    case 'NTE':
      ;(draft.noteOwner ?? draft.notes).push(segment)
      return
    default:
      reviewOther(segment, findings)
  }
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
