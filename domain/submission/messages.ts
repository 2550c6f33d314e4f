import type { Phase } from './phase.ts'
import type { Policy } from './policy.ts'
import type { Verdict } from './verdict.ts'

/** Input of `submitAnalysis`: references and durations only. */
export interface SubmissionInput {
  readonly submissionId: string
  readonly version: number
  readonly organizationId: string
  readonly policy: Policy
}

/** Input of `retainSubmission`. `retainUntil` is an absolute time (ISO 8601), so that no replay or restart extends it. */
export interface RetentionInput {
  readonly submissionId: string
  readonly version: number
  readonly retainUntil: string
}

export interface WatchInput {
  readonly consentId: string
  readonly recheckMs: number
}

export interface NotificationInput {
  readonly submissionId: string
  readonly version: number
  readonly kind: NotificationKind
  /** Counts messages of the same kind about the same version (reminders). */
  readonly round: number
}

/** What people are told. None of these carries medical content. */
export type NotificationKind =
  | 'document-available'
  | 'result-rejected'
  | 'consent-changed'
  | 'consent-requested'
  | 'answer-overdue'
  | 'needs-attention'

export type RecipientRole = 'patient' | 'doctor' | 'operator'

// signals: past-tense facts
export interface RegistryAnswered {
  readonly acknowledgementId: string
}
export interface ConsentChanged {
  readonly consentId: string
  readonly status: 'active' | 'expired' | 'withdrawn' | 'rejected'
}

// updates: verbs
export interface Approve {
  readonly actor: string
}
export interface Decide {
  readonly actor: string
  readonly reason: string
}
export interface Correct {
  readonly version: number
  readonly actor: string
}
export interface AddSignature {
  /** Id of the stored signature: its bytes name a person and stay out of histories. */
  readonly blobId: string
  readonly actor: string
}
export interface SignatureVerdict {
  readonly accepted: boolean
  /** Code of the reason when it was not accepted. */
  readonly code?: string
}

/** Answer of the query `getProgress`. */
export interface Progress {
  readonly phase: Phase
  readonly version: number
  readonly lastVerdict: Verdict | undefined
  /** Russian: what the run waits for. */
  readonly waitingFor: string | undefined
  /** ISO 8601 */
  readonly waitingUntil: string | undefined
  readonly reason: string | undefined
}
