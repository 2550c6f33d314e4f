import type { LocalNumber, Numbers } from './numbers.ts'

// The rule by which a result finds the consents of its patient. adapters/storage/same-patient.ts says it in SQL, and a
// property test compares the two.

/** An identity as a result or a consent stated it. */
export interface Sighting {
  readonly numbers: Numbers
  /** In the order of the times: any scale. */
  readonly seenAt: number
  /** A person has decided that these numbers are not this person's. */
  readonly refuted?: boolean
}

/** What a person has decided about a number that met several people. */
export interface NumberRuling {
  readonly number: string | LocalNumber
  /** `one-person` forgives what was seen until then; `several-people` is for good. */
  readonly ruling: 'one-person' | 'several-people'
  readonly decidedAt: number
}

/** Everything known of an organisation's patients. */
export interface Register {
  readonly sightings: readonly Sighting[]
  readonly rulings: readonly NumberRuling[]
}

/**
 * The strongest number that both state decides: СНИЛС, then policy, then the local number of one authority. A weaker match
 * never outweighs a different stronger number, and a number that has met several people identifies nobody.
 */
export function isSamePerson(a: Sighting, b: Sighting, register: Register): boolean {
  if (a.refuted || b.refuted) return false
  const { snils, policy, local } = a.numbers
  if (snils && b.numbers.snils) return snils === b.numbers.snils
  if (policy && b.numbers.policy)
    return policy === b.numbers.policy && !isShared('policy', policy, register)
  if (local && b.numbers.local)
    return isEqual(local, b.numbers.local) && !isShared('local', local, register)
  return false
}

/** A policy or local number that stands beside different stronger numbers: two СНИЛС, or two policies without a common СНИЛС. */
export function isShared(
  kind: 'policy' | 'local',
  number: string | LocalNumber,
  { sightings, rulings }: Register,
): boolean {
  const met = sightings.filter(({ numbers }) => isEqual(numbers[kind], number))
  const ruling = rulings.find((known) => isEqual(known.number, number))
  if (ruling?.ruling === 'several-people') return true
  const forgivenUntil = ruling?.decidedAt ?? Number.NEGATIVE_INFINITY
  return met.some((a) =>
    met.some(
      (b) => contradict(a.numbers, b.numbers, kind) && Math.max(a.seenAt, b.seenAt) > forgivenUntil,
    ),
  )
}

function contradict(a: Numbers, b: Numbers, beside: 'policy' | 'local'): boolean {
  if (a.snils && b.snils) return a.snils !== b.snils
  if (beside === 'policy') return false
  return Boolean(a.policy && b.policy && a.policy !== b.policy)
}

function isEqual(a: string | LocalNumber | undefined, b: string | LocalNumber): boolean {
  if (a === undefined || typeof a === 'string' || typeof b === 'string') return a === b
  return a.authority === b.authority && a.number === b.number
}
