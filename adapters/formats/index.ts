import { hl7v2Parser } from './hl7v2/hl7v2-parser.ts'
import { jsonParser } from './json/json-parser.ts'
import type { Formats, ReportParser } from './port.ts'

export { contentDigest } from './content-digest.ts'

/** One line per media type: adding a format is adding a folder and a line. */
const PARSERS: ReadonlyMap<string, ReportParser> = new Map([
  ['application/json', jsonParser],
  ['application/hl7-v2', hl7v2Parser],
  ['application/hl7-v2+er7', hl7v2Parser],
  ['x-application/hl7-v2+er7', hl7v2Parser],
])

export function createFormats(): Formats {
  return {
    mediaTypes: [...PARSERS.keys()],
    findParser: (contentType) =>
      PARSERS.get((contentType.split(';', 1)[0] ?? '').trim().toLowerCase()),
  }
}
