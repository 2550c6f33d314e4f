import { DateTime } from 'luxon'

/** ISO 8601 with offset, in the zone the sender wrote; without an offset the text is a wall clock in `timeZone`. */
export function toInstant(text: string, timeZone: string): string | undefined {
  return formatInstant(DateTime.fromISO(text, { zone: timeZone, setZone: true }))
}

/** One spelling for one instant and zone (no zero milliseconds, `Z` for UTC), so that equal reports have equal digests. */
export function formatInstant(time: DateTime): string | undefined {
  return time.toISO({ suppressMilliseconds: true }) ?? undefined
}
