import { assertNever } from '../shared/assert-never.ts'
import type { Supersession } from '../submission/supersession.ts'

/** Place of a submission among the laboratory's words about its result. Written under the lock of the result. */
export const Standing = {
  /** The last word that counts, or one that still waits for its place in a set of its own. */
  current: 'current',
  /** The last word that counts, while a person has to decide about another one: nothing irreversible is done. */
  questioned: 'questioned',
  /** Recorded, and a person has to decide whether it counts. */
  contested: 'contested',
  /** Older than the last word when it came. */
  outdated: 'outdated',
  /** A newer word has taken its place in the set. */
  superseded: 'superseded',
  /** The laboratory has said that the result is another person's: whatever left is withdrawn. */
  otherPatient: 'other-patient',
  /** The laboratory has taken the result back: whatever left is withdrawn. */
  cancelledByLaboratory: 'cancelled-by-laboratory',
} as const
export type Standing = (typeof Standing)[keyof typeof Standing]

/** What the set of a submission says to its next irreversible step. */
export type Way =
  | { readonly kind: 'clear' }
  /** It no longer counts. */
  | { readonly kind: 'superseded'; readonly reason: Supersession }
  /** A person has to answer first. */
  | { readonly kind: 'questioned' }
  /** An earlier document of the set may be at the registry, without an answer: it comes first. */
  | { readonly kind: 'earlier-out' }

export interface WayFacts {
  readonly standing: Standing
  /** Something about the result, its patient or its documents is asked and not answered. */
  readonly questioned: boolean
  readonly earlierOut: boolean
}

export function wayOf({ standing, questioned, earlierOut }: WayFacts): Way {
  const reason = supersessionOf(standing)
  if (reason) return { kind: 'superseded', reason }
  if (questioned || standing !== Standing.current) return { kind: 'questioned' }
  return { kind: earlierOut ? 'earlier-out' : 'clear' }
}

/** Why a submission of this standing no longer counts; undefined where it does, or may yet. */
export function supersessionOf(standing: Standing): Supersession | undefined {
  switch (standing) {
    case Standing.outdated:
      return 'superseded'
    case Standing.superseded:
    case Standing.otherPatient:
    case Standing.cancelledByLaboratory:
      return standing
    case Standing.current:
    case Standing.questioned:
    case Standing.contested:
      return undefined
    default:
      return assertNever(standing)
  }
}
