import type { Issue } from '../../../domain/shared/issue.ts'
import { createFindings, type Findings } from '../findings.ts'
import { describeLocation } from './location.ts'
import type { ReportDraft } from './report.ts'

/** Findings at HL7 locations: `detail` is completed with the Russian name of the place. */
export function createHl7Findings(): Findings {
  const findings = createFindings()
  const place = (location: string, detail: string) => `${describeLocation(location)}: ${detail}.`
  return {
    ...findings,
    error: (code, location, detail) => findings.error(code, location, place(location, detail)),
    warning: (code, location, detail) => findings.warning(code, location, place(location, detail)),
  }
}

/** Where in the message the parts of the report come from; the first rule that fits counts. */
const ORIGINS: readonly (readonly [RegExp, string])[] = [
  [/^\/patient\/(familyName|givenName|singleName|patronymic)/, 'PID-5'],
  [/^\/patient\/birthDate/, 'PID-7'],
  [/^\/patient\/sex/, 'PID-8'],
  [/^\/patient\/(phone|email)/, 'PID-13'],
  [/^\/patient/, 'PID-3'],
  [/^\/source\/system/, 'MSH-3'],
  [/^\/source/, 'OBR[1]-3'],
  [/^\/analysis/, 'OBR[1]-4'],
  [/^\/order/, 'OBR[1]-2'],
  [/^\/performedAt/, 'OBR[1]-22'],
  [/^\/specimen/, 'SPM[1]'],
  [/^\/performer/, 'OBR[1]-32'],
  [/^\/responsibleDoctor/, 'OBR[1]-16'],
  [/^\/notes\/\d+/, 'NTE[1]'],
  [/^\/(status|observations$)/, 'OBR[1]-25'],
]
const OBX_FIELDS: readonly (readonly [string, number])[] = [
  ['/value/unit', 6],
  ['/value', 5],
  ['/referenceRange', 7],
  ['/interpretation', 8],
  ['/status', 11],
  ['/performedAt', 14],
]

/** An issue found in the finished report, at the place of the message it stems from. */
export function toHl7Issue(issue: Issue, places: ReportDraft['places']): Issue {
  const pointer = toOrigin(issue.pointer, places)
  const detail = issue.detail.replace(/^(Поле \S+|Отчёт): /, '')
  const lower = detail.replace(/^[А-ЯЁ](?=[а-яё])/, (letter) => letter.toLowerCase())
  return { ...issue, pointer, detail: `${describeLocation(pointer)}: ${lower}` }
}

function toOrigin(pointer: string, places: ReportDraft['places']): string {
  const observation = /^\/observations\/(\d+)(.*)$/.exec(pointer)
  if (observation) {
    const rest = observation[2] ?? ''
    const field = OBX_FIELDS.find(([prefix]) => rest.startsWith(prefix))?.[1] ?? 3
    return `${places.observations[Number(observation[1])] ?? 'OBX[1]'}-${field}`
  }
  const origin = ORIGINS.find(([pattern]) => pattern.test(pointer))?.[1] ?? 'MSH'
  return origin.replace('OBR[1]', places.order)
}
