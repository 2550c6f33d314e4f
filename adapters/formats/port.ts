import type { WordFacts } from '../../domain/intake/word.ts'
import type { Report } from '../../domain/report/report.ts'
import type { Issue } from '../../domain/shared/issue.ts'
import type { Result } from '../../domain/shared/result.ts'

export interface ParseOptions {
  /**
   * Personal identifiers that fail their check: `strict` refuses the report. `warn` accepts a wrong checksum as it is,
   * and leaves out what cannot be such a number at all (wrong length, letters); both with a warning.
   */
  readonly identifierChecks: 'strict' | 'warn'
  /** IANA zone of the laboratory, for times without an offset. */
  readonly timeZone: string
  readonly limits?: ParseLimits
}

/** What one message may cost. The number of bytes is limited by whoever received it. */
export interface ParseLimits {
  /** Segments of an HL7 v2 message; 1000 unless told otherwise. */
  readonly maxSegments?: number
  /** Results of one message; 100 unless told otherwise. */
  readonly maxResults?: number
  /** Bytes that its results keep together, as each keeps the message; 100 MiB unless told otherwise. */
  readonly maxKeptBytes?: number
  /** Levels of nesting in JSON; 32 unless told otherwise. */
  readonly maxDepth?: number
}

/** One message: each analysis it reports is a result of its own. */
export interface ParsedMessage {
  /** At least one, in the order of the message. */
  readonly results: readonly ParsedResult[]
  /** What was odd but did not prevent the reports, e.g. a segment that was ignored. */
  readonly warnings: readonly Issue[]
}

export interface ParsedResult {
  readonly report: Report
  readonly word: WordFacts
}

/**
 * Turns the bytes of one message into canonical reports. Pure and synchronous: the same bytes give the same reports.
 * Never throws for any bytes; everything wrong is returned at once (at most a hundred issues), with at least one of
 * severity `error`. Issues name places in the message and never quote what stands there.
 */
export interface ReportParser {
  parse(input: {
    readonly bytes: Buffer
    /** As in the HTTP header, parameters included: `charset` counts where the message itself names none. */
    readonly contentType: string
    readonly options: ParseOptions
  }): Result<ParsedMessage, Issue[]>
}

export interface Formats {
  /** Media types that are understood, in lower case and without parameters. */
  readonly mediaTypes: readonly string[]
  /** `undefined` for an unsupported content type (HTTP 415). Parameters and letter case do not matter. */
  findParser(contentType: string): ReportParser | undefined
}
