import type { SegmentReader } from './segment-reader.ts'

/** NTE-3: one note a segment, its repetitions being lines. Segments without text are padding. */
export function readNotes(segments: readonly SegmentReader[]): string[] {
  return segments
    .map((segment) =>
      segment
        .repetitions(3)
        .map(({ text }) => text)
        .join('\n'),
    )
    .filter((note) => note !== '')
}
