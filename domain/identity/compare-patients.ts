import type { Patient } from '../report/report.ts'
import { type Numbers, numbersOf } from './numbers.ts'
import { nameOf, normaliseName } from './person-name.ts'

/**
 * - `same`: nothing speaks against one person.
 * - `differs-in-details`: one number, but another name or birth date: a new surname, a typing error, or a stranger.
 * - `another`: a number, or without a common number the name or the birth date, says that they are two people.
 * - `unclear`: no common number, and too little is known to tell.
 */
export type PatientComparison = 'same' | 'differs-in-details' | 'another' | 'unclear'

/** Systems that the results of the two came from: a local number without an authority belongs to them. */
export interface PatientSources {
  readonly a: string
  readonly b: string
}

/**
 * Whether two results of one key are about one person. The strongest number that both state decides: СНИЛС, then policy,
 * then a local number of one authority. Not for finding consents: there a number is needed.
 */
export function comparePatients(
  a: Patient,
  b: Patient,
  sources: PatientSources,
): PatientComparison {
  const [one, two] = [numbersOf(a, sources.a), numbersOf(b, sources.b)]
  const number = compareNumbers(one, two)
  if (number === 'differ') return 'another'
  if (number === 'equal') return detailsDiffer(a, b) ? 'differs-in-details' : 'same'
  if (detailsDiffer(a, b) || furtherDetailsDiffer(a, b)) return 'another'
  return isTellingName(a, b) || statesTheSame(a, b, sources) ? 'same' : 'unclear'
}

function compareNumbers(a: Numbers, b: Numbers): 'equal' | 'differ' | 'none-in-common' {
  const equal = (same: boolean) => (same ? 'equal' : 'differ')
  if (a.snils && b.snils) return equal(a.snils === b.snils)
  if (a.policy && b.policy) return equal(a.policy === b.policy)
  if (a.local && b.local && a.local.authority === b.local.authority)
    return equal(a.local.number === b.local.number)
  return 'none-in-common'
}

/** A birth date that is not stated contradicts none. */
function detailsDiffer(a: Patient, b: Patient): boolean {
  return nameOf(a) !== nameOf(b) || contradict(a.birthDate, b.birthDate)
}

function furtherDetailsDiffer(a: Patient, b: Patient): boolean {
  const patronymics = [normaliseName(a.patronymic), normaliseName(b.patronymic)] as const
  return contradict(...patronymics) || contradict(sexOf(a), sexOf(b))
}

const contradict = (a: string | undefined, b: string | undefined) =>
  Boolean(a) && Boolean(b) && a !== b

const sexOf = ({ sex }: Patient) => (sex === 'male' || sex === 'female' ? sex : undefined)

/** Given name and birth date together tell people apart; twins without a name yet have both in common. */
const isTellingName = (a: Patient, b: Patient) =>
  [a, b].every((patient) => Boolean(patient.birthDate) && normaliseName(patient.givenName) !== '')

/** Little as it is, one system states the same as before. */
function statesTheSame(a: Patient, b: Patient, sources: PatientSources): boolean {
  return sources.a === sources.b && stated(a) === stated(b)
}

const stated = (patient: Patient) =>
  JSON.stringify([
    patient.snils,
    patient.policy,
    patient.localId,
    patient.localIdSystem,
    patient.birthDate,
    patient.sex,
    normaliseName(patient.patronymic),
  ])
