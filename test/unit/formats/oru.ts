import { hl7v2Parser } from '../../../adapters/formats/hl7v2/hl7v2-parser.ts'
import type { ParsedMessage, ParsedResult, ParseOptions } from '../../../adapters/formats/port.ts'
import type { Observation } from '../../../domain/report/report.ts'
import type { Issue } from '../../../domain/shared/issue.ts'

export const OPTIONS: ParseOptions = { identifierChecks: 'strict', timeZone: 'Asia/Yekaterinburg' }

/** A small valid message; each test replaces the segment it is about. */
export const ORU = {
  MSH: 'MSH|^~\\&|LIS|LAB|||20260302101500+0500||ORU^R01|M-1|P|2.5.1||||||UNICODE UTF-8',
  PID: 'PID|1||P-1^^^LIS^MR~11223344595^^^^SNILS||Тестова^Анна^Сергеевна||19850412|F',
  OBR: 'OBR|1|N-1|R-1|B03.016.003^Общий анализ крови^НМУ|||20260302080000+0500|||||||||||||||20260302101000+0500|||F',
  OBX: 'OBX|1|NM|1017128^Гемоглобин^ФСЛИ||131|г/л|120-140|N|||F',
} as const

export interface Group {
  readonly analysis?: string
  readonly numbers?: string
  readonly letter?: string
  readonly collectedAt?: string
  readonly reportedAt?: string
  readonly rest?: string
}

/** OBR of another group: of a PCR unless told otherwise. */
export function order({
  analysis = 'A26.08.027.001^ПЦР^НМУ',
  numbers = 'N-2|R-2',
  letter = 'F',
  collectedAt = '20260302083000+0500',
  reportedAt = '20260302111000+0500',
  rest = '',
}: Group = {}): string {
  return `OBR|2|${numbers}|${analysis}|||${collectedAt}|||||||||||||||${reportedAt}|||${letter}${rest}`
}
export const PCR = 'OBX|1|ST|1163864^РНК^ФСЛИ||не обнаружено||||||F'
/** OBR-4 of the message. */
export const CBC = 'B03.016.003^Общий анализ крови^НМУ'

export function message(
  segments: Partial<Record<keyof typeof ORU, string>> = {},
  ...rest: string[]
): string {
  return [...Object.values({ ...ORU, ...segments }), ...rest].join('\r')
}

export function parseText(text: string | Buffer, options: Partial<ParseOptions> = {}) {
  return hl7v2Parser.parse({
    bytes: Buffer.from(text as string),
    contentType: 'application/hl7-v2',
    options: { ...OPTIONS, ...options },
  })
}

/** Everything a message tells of. */
export function acceptAll(
  text: string | Buffer,
  options: Partial<ParseOptions> = {},
): ParsedMessage {
  const parsed = parseText(text, options)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}

/** The first result, and the warnings about the message. */
export function accept(
  text: string | Buffer,
  options: Partial<ParseOptions> = {},
): ParsedResult & Pick<ParsedMessage, 'warnings'> {
  const { results, warnings } = acceptAll(text, options)
  const [first] = results
  if (!first) throw new Error('no result')
  return { ...first, warnings }
}

/** `code pointer` of every error. */
export function refusals(text: string | Buffer, options: Partial<ParseOptions> = {}): string[] {
  const parsed = parseText(text, options)
  if (parsed.ok) throw new Error('was accepted')
  return label(parsed.error.filter(({ severity }) => severity === 'error'))
}

export function label(issues: readonly Issue[]): string[] {
  return issues.map(({ code, pointer }) => `${code} ${pointer}`)
}

/** The one observation of a message whose OBX is `obx`. */
export function observe(obx: string, ...rest: string[]): Observation {
  const [observation] = accept(message({ OBX: obx }, ...rest)).report.observations
  if (!observation) throw new Error('no observation')
  return observation
}

export function inYekaterinburg(minute: string): string {
  return `${minute}:00+05:00`
}
