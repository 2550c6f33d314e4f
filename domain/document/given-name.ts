import type { Report } from '../report/report.ts'

const DAY_MS = 86_400_000
/** A birth is registered, and the child named, within a month (143-ФЗ art. 16). */
const UNNAMED_DAYS = 31

/** Whether a document may name its patient by the family name alone: a newborn, or a person of one name. */
export function mayLackGivenName({ patient, performedAt }: Report): boolean {
  if (patient.singleName) return true
  if (patient.birthDate === undefined) return false
  // The day by the laboratory's own clock, which is how a birth date is counted.
  const days = (Date.parse(performedAt.slice(0, 10)) - Date.parse(patient.birthDate)) / DAY_MS
  return days >= 0 && days <= UNNAMED_DAYS
}
