import { Hl7Message } from '@medplum/core'
import { err, ok, type Result } from '../../../domain/shared/result.ts'
import type { EscapeContext } from './escape.ts'
import { createSegmentReader, type SegmentReader } from './segment-reader.ts'

/** Delimiters of one segment. An ordinary one has some fifty; each costs an object once the segment is read. */
const MOST_DELIMITERS = 20_000

/**
 * - `binary`: control characters no text has.
 * - `no-header`: does not start with MSH. `batch`: starts with a batch header.
 * - `delimiters`: MSH-1 and MSH-2 do not name five different signs.
 * - `too-many-segments`, `too-complex`: beyond the limits.
 */
export type SplitFault =
  | 'binary'
  | 'no-header'
  | 'batch'
  | 'delimiters'
  | 'too-many-segments'
  | 'too-complex'

/** Segments in order, separated by CR, LF or both; empty lines are skipped. Limits are checked before anything is built. */
export function splitMessage(
  text: string,
  decode: EscapeContext['decode'],
  maxSegments: number,
): Result<readonly SegmentReader[], SplitFault> {
  const fault = findFault(text, maxSegments)
  if (fault) return err(fault)
  const message = Hl7Message.parse(text)
  const context: EscapeContext = { delimiters: message.context, decode }
  const counts = new Map<string, number>()
  const readers = message.segments
    .filter((segment) => segment.toString().trim() !== '')
    .map((segment) => {
      const ordinal = (counts.get(segment.name) ?? 0) + 1
      counts.set(segment.name, ordinal)
      return createSegmentReader(segment, ordinal, context)
    })
  return ok(readers)
}

function findFault(text: string, maxSegments: number): SplitFault | undefined {
  if (/^[FB]HS/.test(text)) return 'batch'
  if (!text.startsWith('MSH')) return 'no-header'
  if (!hasDelimiters(text)) return 'delimiters'
  let segments = 1
  let delimiters = 0
  const signs = text.slice(3, 8)
  for (let index = 8; index < text.length; index++) {
    const char = text.charAt(index)
    if (char === '\r' || char === '\n') {
      delimiters = 0
      segments++
    } else if (signs.includes(char) && ++delimiters > MOST_DELIMITERS) return 'too-complex'
    else if (char < ' ' && char !== '\t') return 'binary'
    // CR LF counts twice, empty lines count: twice the limit is still nothing to fear.
    if (segments > maxSegments * 2) return 'too-many-segments'
  }
  const filled = text.split(/[\r\n]+/).filter((line) => line !== '')
  return filled.length > maxSegments ? 'too-many-segments' : undefined
}

/** `|^~\&` or any other five different signs that cannot be content. A sixth (truncation, v2.7) is let be. */
function hasDelimiters(text: string): boolean {
  const signs = text.slice(3, 8)
  const next = text.charAt(8)
  const ended = next === text.charAt(3) || (next === '#' && text.charAt(9) === text.charAt(3))
  return /^[^\w\s\u0080-\uffff]{5}$/.test(signs) && new Set(signs).size === 5 && ended
}
