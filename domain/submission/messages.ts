import type { Phase } from './phase.ts'
import type { Policy } from './policy.ts'
import type { Supersession } from './supersession.ts'
import type { Verdict } from './verdict.ts'

/** Input of `submitAnalysis`: references and durations only. */
export interface SubmissionInput {
  readonly submissionId: string
  readonly version: number
  readonly organizationId: string
  readonly policy: Policy
  /** Of a run that replaces a lost one: steps and messages are counted from here (inheritance.ts). One unless given. */
  readonly firstRound?: number
  /** A lost run waited for a correction, for this reason: the one that replaces it begins by waiting for it. */
  readonly heldFor?: string
  /** How the run goes about it: a run keeps the way it began with. 1 unless given. */
  readonly protocol?: Protocol
}

/**
 * 1: the news of a registration is a child workflow; search attributes say at once that an answer is awaited.
 * 2: the news leaves from the retention run; an answer that comes before the first poll changes no search attribute.
 */
export type Protocol = 1 | 2
export const CURRENT_PROTOCOL: Protocol = 2

/** Input of `retainSubmission`. `retainUntil` is an absolute time (ISO 8601), so that no replay or restart extends it. */
export interface RetentionInput {
  readonly submissionId: string
  readonly version: number
  readonly retainUntil: string
  /** What people have to be told of the registration; absent when they have been told, or are told elsewhere. */
  readonly news?: NotificationInput
  /** What was registered must not stay: the laboratory took it back, or it is another patient's. */
  readonly withdraw?: Supersession
}

/** Input of `reconcile`, and of itself when it goes on with a fresh history. Times are milliseconds. */
export interface ReconcileInput {
  /** A submission that changed more recently is left alone: its run may be on its way to Temporal. */
  readonly graceMs: number
  readonly pageSize: number
  readonly soFar?: ReconcileProgress
}
export interface ReconcileProgress {
  readonly part: 'submissions' | 'runs'
  readonly cursor: string | null
  readonly found: Reconciled
}
/** What one reconciliation came to. */
export interface Reconciled {
  /** Submissions looked at. */
  readonly submissions: number
  readonly restarted: number
  /** Of these a person has to know why their runs end. */
  readonly held: number
  /** Workflows looked at. */
  readonly runs: number
  /** Workflows whose submission is not in the database; the first hundred ids. */
  readonly strays: readonly string[]
}

/** Input of `withdrawLeftover`. */
export interface LeftoverInput {
  readonly submissionId: string
  readonly version: number
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
  | 'result-withdrawn'
  | 'question-asked'
  | 'withdrawal-refused'

export type RecipientRole = 'patient' | 'doctor' | 'operator'

// signals: past-tense facts
export interface RegistryAnswered {
  readonly acknowledgementId: string
}
export interface ConsentChanged {
  readonly consentId: string
  readonly status: 'active' | 'expired' | 'withdrawn' | 'rejected'
}
/** The submission no longer counts. */
export interface Superseded {
  readonly reason: Supersession
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
