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
  /** NTE that do not follow an OBX: they speak of the result. */
  readonly notes: SegmentReader[]
}

/** OBR-25, HL7 table 0123. */
export const orderStatusOf = (obr: SegmentReader) => obr.field(25).component(1).toUpperCase()

/** The laboratory takes the whole order back: nothing of it will come. */
export const isTakenBack = (obr: SegmentReader) => orderStatusOf(obr) === 'X'

/** Tells of no result. An order that is taken back needs no observations for that. */
export const isEmpty = ({ obr, observations }: OrderGroup) =>
  observations.length === 0 && !isTakenBack(obr)
