import { DateTime, FixedOffsetZone } from 'luxon'
import type { Findings } from '../findings.ts'
import { formatInstant } from '../instant.ts'
import type { SegmentReader } from './segment-reader.ts'

/** What parsing needs to know about the message besides its segments. */
export interface ReadContext {
  readonly findings: Findings
  /** IANA zone for times without an offset. */
  readonly timeZone: string
}

const TIME =
  /^(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.(\d{1,4}))?)?)?)?)?)?([+-]\d{4})?$/

/**
 * HL7 DTM/TS: `YYYY[MM[DD[HH[MM[SS[.S]]]]]][+ZZZZ]`. Anything coarser than a day is no time and is left out with a
 * warning, as is what cannot be read; a bare day becomes its midnight, with a warning, because a document needs a time.
 */
export function readTime(
  segment: SegmentReader,
  field: number,
  { findings, timeZone }: ReadContext,
): string | undefined {
  const text = segment.field(field).subcomponent(1, 1)
  if (text === '') return undefined
  const match = TIME.exec(text)
  const time = match && toTime(match, timeZone)
  if (!time) {
    findings.warning('time-unreadable', segment.at(field), 'не является датой и временем')
    return undefined
  }
  if (match[4] === undefined) {
    findings.warning('time-imprecise', segment.at(field), 'указан только день, время принято 00:00')
  }
  return time
}

/**
 * A time that puts messages in order, to the minute at least: midnight in place of a bare day would make a later word the
 * earlier one. What cannot be read states nothing.
 */
export function readMoment(
  segment: SegmentReader,
  field: number,
  timeZone: string,
): string | undefined {
  const match = TIME.exec(segment.field(field).subcomponent(1, 1))
  return match?.[5] === undefined ? undefined : toTime(match, timeZone)
}

function toTime(match: RegExpExecArray, timeZone: string): string | undefined {
  const [, year, month, day, hour, minute, second, fraction, offset] = match
  if (day === undefined || Number(year) < 1900) return undefined
  const zone = offset === undefined ? timeZone : FixedOffsetZone.instance(toMinutes(offset))
  const time = DateTime.fromObject(
    {
      year: Number(year),
      month: Number(month),
      day: Number(day),
      hour: Number(hour ?? 0),
      minute: Number(minute ?? 0),
      second: Number(second ?? 0),
      millisecond: Math.floor(Number(`0.${fraction ?? 0}`) * 1000),
    },
    { zone },
  )
  return Math.abs(time.offset) <= 14 * 60 ? formatInstant(time) : undefined
}

function toMinutes(offset: string): number {
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3, 5))
  return offset.startsWith('-') ? -minutes : minutes
}

/** A full date (`YYYYMMDD`, any time after it ignored) as `YYYY-MM-DD`; undefined for anything else. */
export function toDate(text: string): string | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)/.exec(text)
  if (!match) return undefined
  const date = DateTime.fromObject(
    { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) },
    { zone: 'utc' },
  )
  return date.isValid && date.year >= 1850 ? date.toISODate() : undefined
}
