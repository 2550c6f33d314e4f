import type { Issue } from '../shared/issue.ts'
import type { Report } from './report.ts'

/** The clock of a laboratory system may be ahead of ours, its zone may be wrong by hours; never by more than a day. */
const AHEAD_MS = 86_400_000
/** No laboratory system keeps results from before. */
const EARLIEST = Date.parse('1970-01-01T00:00:00Z')
/** Nobody has lived longer. */
const LONGEST_LIFE_YEARS = 125

/** Whether an act or a result can have happened at that time, as far as is known now. */
function isPlausibleTime(time: string | Date, now: Date): boolean {
  const at = new Date(time).getTime()
  return at >= EARLIEST && at <= now.getTime() + AHEAD_MS
}

/** What cannot be true at this time: results of the future, people of another century. Pointers are JSON pointers into the report. */
export function reviewPlausibility(
  report: Report,
  issuedAt: string | undefined,
  now: Date,
): Issue[] {
  const { order, specimen, observations, patient } = report
  const times: readonly (readonly [string, string | undefined])[] = [
    ['/performedAt', report.performedAt],
    ['/issuedAt', issuedAt],
    ['/order/orderedAt', order?.orderedAt],
    ['/specimen/collectedAt', specimen?.collectedAt],
    ['/specimen/receivedAt', specimen?.receivedAt],
    ...observations.map(
      ({ performedAt }, at) => [`/observations/${at}/performedAt`, performedAt] as const,
    ),
  ]
  const found = times.flatMap(([pointer, time]): Issue[] =>
    time === undefined || isPlausibleTime(time, now) ? [] : [{ ...IMPLAUSIBLE_TIME, pointer }],
  )
  const { birthDate } = patient
  if (birthDate === undefined || isPlausibleBirth(birthDate, now)) return found
  return [...found, IMPLAUSIBLE_BIRTH]
}

const IMPLAUSIBLE_TIME = {
  code: 'time-implausible',
  detail: 'Время не может быть верным: оно раньше 1970 года или в будущем.',
  severity: 'error',
} as const
const IMPLAUSIBLE_BIRTH = {
  code: 'birth-date-implausible',
  pointer: '/patient/birthDate',
  detail: 'Дата рождения не может быть верной: она в будущем или больше 125 лет назад.',
  severity: 'error',
} as const

function isPlausibleBirth(birthDate: string, now: Date): boolean {
  const year = Number(birthDate.slice(0, 4))
  return (
    year >= now.getUTCFullYear() - LONGEST_LIFE_YEARS &&
    Date.parse(birthDate) <= now.getTime() + AHEAD_MS
  )
}
