import type { Supersession } from './supersession.ts'

/** What each step of the protocol found out. A refusal is a value here; an exception means we could not find out. */

export type ConsentOutcome =
  | {
      readonly kind: 'active'
      /** The one that the registry is told of; null where the law is the basis. */
      readonly consentId: string | null
      /** Other consents that the analyses of the document rest on. */
      readonly others?: readonly string[]
    }
  | { readonly kind: 'absent' }
  /** There was a consent and it no longer holds. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'refused' }
  /** What the patient expressed last does not follow from what is known: a person decides. */
  | { readonly kind: 'unclear' }

/** The set of the submission keeps it from going on (domain/intake/standing.ts). */
export type Stopped =
  | { readonly kind: 'superseded'; readonly reason: Supersession }
  | { readonly kind: 'questioned' | 'earlier-out' }

export type AssembleOutcome =
  | Stopped
  | {
      readonly kind: 'assembled'
      readonly templateConfirmed: boolean
      readonly certificateSerial: string
    }
  | { readonly kind: 'issues'; readonly codes: readonly string[] }

export type SignOutcome =
  | { readonly kind: 'signed'; readonly personalSignatures: number }
  /** The certificate changed since the document was made: its visible stamp would lie. */
  | { readonly kind: 'stale' }

export type SendOutcome =
  | Stopped
  /** Another document has to be named as replaced than when this one was made. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'taken'; readonly rests?: Rests }
  | { readonly kind: 'answered'; readonly acknowledgementId: string; readonly rests?: Rests }
  | { readonly kind: 'refused' }
  | { readonly kind: 'no-basis' }
/** The consents a document travelled under, where they are others than the check had found. */
export type Rests = {
  readonly consentId: string
  readonly others?: readonly string[]
}

export type FindOutcome =
  | { readonly kind: 'taken' }
  | { readonly kind: 'answered'; readonly acknowledgementId: string }
  | { readonly kind: 'not-found' }

export type AnswerOutcome =
  | { readonly kind: 'accepted'; readonly retainUntil: string }
  | { readonly kind: 'rejected' | 'correction-required' | 'clarification-required' }
  | { readonly kind: 'processing' }
  /** About a version that has been corrected since: recorded, without effect. */
  | { readonly kind: 'outdated' }
  /** A person has to decide first, or the document has been given back. */
  | { readonly kind: 'without-effect' }

export type WithdrawOutcome = { readonly kind: 'withdrawn' | 'refused' }

export type RecheckOutcome = {
  readonly status: 'active' | 'expired' | 'withdrawn' | 'rejected'
  /** Submissions still in flight under the consent. */
  readonly inFlight: readonly string[]
  /** Of these, while the consent is active for others: what it no longer carries. Absent in older outcomes. */
  readonly lost?: readonly Lost[]
}
type Lost = {
  readonly submissionId: string
  readonly status: 'expired' | 'withdrawn' | 'rejected'
}

/** A document in force at the registry that must not stay there and that no run takes back. */
export interface Leftover {
  /** Numbers the next request to give it back. */
  readonly round: number
  /** Code (reason.ts): why it must not stay. */
  readonly reason: string
}
