import type { Leftover } from '../../../domain/submission/outcomes.ts'
import type { WorkflowMessage } from '../../../domain/submission/workflow-message.ts'

export type OutboxMessage = WorkflowMessage
export interface OutboxEntry {
  readonly id: string
  readonly message: OutboxMessage
  readonly tries: number
}
export interface Outbox {
  /**
   * Leases due entries for `leaseMs` (SKIP LOCKED): a second process does not take the same ones. Oldest first, in order
   * per submission. Starts are left to `Starts`, and so is what stands behind them.
   */
  claim(limit: number, leaseMs: number): Promise<OutboxEntry[]>
  /** Leases the pending entries of one submission, for dispatch right after the commit. */
  claimFor(submissionId: string, leaseMs: number): Promise<OutboxEntry[]>
  done(id: string): Promise<void>
  /** Due again after `retryInMs`; `code` says why. */
  failed(id: string, code: string, retryInMs: number): Promise<void>
}
/** Results that may be worked on at a time, and what the caller has claimed and not delivered yet. */
export interface StartPlaces {
  /** Of urgent results, and of all: an urgent one takes two places of the routine ones, but never their last. */
  readonly places: number
  readonly heldUrgent: number
  readonly heldRoutine: number
}
export interface StartClaim {
  readonly entries: OutboxEntry[]
  /** Results being worked on, without those just claimed. */
  readonly inFlight: number
  /** Some that are due found no place. */
  readonly more: boolean
}
/** Outbox entries that start a submission: they wait until there is a place for it. `Outbox` takes their outcome. */
export interface Starts {
  /** Leases as many due starts as places are free, those of urgent results by places of their own, and shares them out between organisations. */
  claim(places: StartPlaces, leaseMs: number): Promise<StartClaim>
  /** Starts not delivered yet. */
  waiting(): Promise<number>
}
/** Finds submissions that nobody carries any more, and has them carried again. */
export interface Reconciliation {
  /**
   * Ids after `after`, in order of id: on their way or due for destruction, unchanged since `olderThan`, with nothing
   * left that Temporal still has to be told.
   */
  unfinished(olderThan: Date, after: string | null, limit: number): Promise<string[]>
  /** Which of the submissions there are. */
  exists(ids: readonly string[]): Promise<Set<string>>
  /**
   * Writes the outbox row that starts a run anew, with what stands of the lost one.
   * - `restarted`: the row is there.
   * - `held`: restarted three times within a day: it waits for a person, with the reason `workflow-lost`, until the day is over.
   * - `unchanged`: it has moved meanwhile, or has ended; or it is registered and only `unregistered` ones are meant.
   */
  restart(
    submissionId: string,
    olderThan: Date,
    only?: 'unregistered',
  ): Promise<'restarted' | 'held' | 'unchanged'>
}
export interface Leftovers {
  /** Null: this document is none, or not any more. Notes that it was looked at. */
  find(document: {
    readonly submissionId: string
    readonly version: number
  }): Promise<Leftover | null>
  /** Those that nobody has looked at since: somebody is asked to, through the outbox. How many. */
  askAgain(notSince: Date): Promise<number>
}
export interface HoldAct {
  readonly organizationId: string
  readonly submissionId: string
  readonly actor: string
}
export interface Retention {
  /** Row, audit entry, event and what the run has to hear are one commit. */
  placeHold(act: HoldAct & { readonly reason: string }): Promise<void>
  releaseHold(act: HoldAct & { readonly reason?: string }): Promise<void>
  /**
   * Destroys everything personal of the submission, in all its versions, except its destruction certificate, and the
   * identities that nothing else refers to. Repeated, it destroys what has come since.
   */
  erase(submissionId: string): Promise<{ erased: number }>
  /**
   * One page of what has outlived its term: answers kept for Idempotency-Keys, consents that have ended and that no record
   * rests on, what came to destroyed records afterwards; and of what an older release stored in the clear.
   */
  tidy(terms: StorageTerms): Promise<{
    answers: number
    consents: number
    late: number
    brought: number
  }>
}
/** Milliseconds. */
export interface StorageTerms {
  /** Of an answer to a repeated POST, from its request. */
  readonly answersMs: number
  /** Of a consent, from its end. */
  readonly consentsMs: number
}
export interface IdempotencyKeys {
  /** `fresh`: run the request. `replay`: answer as stored. `mismatch`: the key was used for another request. `running`: the first one has not ended. */
  begin(input: {
    scope: string
    key: string
    requestDigest: string
  }): Promise<
    | { kind: 'fresh' }
    | { kind: 'replay'; statusCode: number; headers: Record<string, string>; body: string }
    | { kind: 'mismatch' }
    | { kind: 'running' }
  >
  finish(input: {
    scope: string
    key: string
    statusCode: number
    headers: Record<string, string>
    body: string
  }): Promise<void>
  /** The request failed without an effect: the key may be used again. */
  abandon(input: { scope: string; key: string }): Promise<void>
}
