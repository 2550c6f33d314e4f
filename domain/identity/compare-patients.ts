import type { Patient } from '../report/report.ts'

export type PatientMatch = 'same' | 'differs-in-details' | 'another' | 'unclear'

/** A patient as one message names them, with the system whose local number it is unless it names another. */
export interface NamedPatient {
  readonly patient: Patient
  readonly sourceSystem: string
}

export function comparePatients(a: NamedPatient, b: NamedPatient): PatientMatch {
  const details = compareDetails(a.patient, b.patient)
  const known = compareNumbers(a, b)
  if (known === 'another') return 'another'
  if (known === 'same') return details === 'differ' ? 'differs-in-details' : 'same'
  if (details === 'differ') return 'another'
  return details === 'agree' ? 'same' : 'unclear'
}

function compareNumbers(a: NamedPatient, b: NamedPatient): 'same' | 'another' | undefined {
  for (const numberOf of [snilsOf, policyOf, localOf]) {
    const [left, right] = [numberOf(a), numberOf(b)]
    if (left !== undefined && right !== undefined) return left === right ? 'same' : 'another'
  }
  return undefined
}
const snilsOf = ({ patient }: NamedPatient) => patient.snils
const policyOf = ({ patient }: NamedPatient) => patient.policy
const localOf = ({ patient, sourceSystem }: NamedPatient) =>
  patient.localId && JSON.stringify([patient.localIdSystem ?? sourceSystem, patient.localId])

function compareDetails(a: Patient, b: Patient): 'agree' | 'differ' | 'unknown' {
  const pairs = [
    [fold(a.familyName), fold(b.familyName)],
    [fold(a.givenName), fold(b.givenName)],
    [a.birthDate, b.birthDate],
  ]
  const known = pairs.filter(([left, right]) => left !== undefined && right !== undefined)
  if (known.some(([left, right]) => left !== right)) return 'differ'
  return known.length === pairs.length ? 'agree' : 'unknown'
}

const fold = (name: string | undefined) =>
  name?.trim().toLocaleLowerCase('ru').replaceAll('ё', 'е').replace(/\s+/g, ' ')
