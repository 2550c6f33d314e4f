import type { Patient } from '../report/report.ts'

/** The numbers a person is known by, in the form in which they are compared. Absent: not stated. */
export interface Numbers {
  readonly snils?: string
  readonly policy?: string
  readonly local?: LocalNumber
}

/** Means something only together with who assigned it. */
export interface LocalNumber {
  readonly authority: string
  readonly number: string
}

/**
 * Spaces and hyphens are no part of a СНИЛС or a policy. A local number is verbatim: `123-4567` and `1234-567` may be two
 * people. It belongs to the authority that assigned it, else to the system the result came from; where neither is known
 * (a consent that names no system) it is no number to know anybody by.
 */
export function numbersOf(patient: Patient, sourceSystem: string | undefined): Numbers {
  const snils = digitsOf(patient.snils)
  const policy = digitsOf(patient.policy)
  const number = patient.localId
  const authority = patient.localIdSystem || sourceSystem
  return {
    ...(snils ? { snils } : {}),
    ...(policy ? { policy } : {}),
    ...(number && authority ? { local: { authority, number } } : {}),
  }
}

const digitsOf = (text: string | undefined) => text?.replace(/[\s-]/g, '')
