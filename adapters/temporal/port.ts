import type { WatchInput } from '../../domain/submission/messages.ts'
import type { WorkflowMessage } from '../../domain/submission/workflow-message.ts'

export type { WorkflowMessage }

/** A Temporal payload as JSON: metadata values and data in base64. */
export interface PayloadJson {
  readonly metadata?: { readonly [key: string]: string } | undefined
  readonly data?: string | undefined
}

/**
 * What the API asks of Temporal. Errors: AppError `temporal-unavailable` (transient: no server, or no worker answered
 * in time), `update-refused` (permanent: the workflow's validator said no; `details.reason` is a code).
 */
export interface SubmissionWorkflows {
  /** Delivers one outbox message: starts the workflow, or signals it. Idempotent. */
  deliver(message: WorkflowMessage): Promise<void>
  approve(submissionId: string, input: { actor: string }): Promise<void>
  reject(submissionId: string, input: { actor: string; reason: string }): Promise<void>
  retry(submissionId: string, input: { actor: string; reason?: string }): Promise<void>
  abandon(submissionId: string, input: { actor: string; reason: string }): Promise<void>
  /** `blobId` names the stored signature: its bytes name a person and stay out of histories. `code` says why it was not accepted (codes of the signers' port). */
  addSignature(
    submissionId: string,
    input: { actor: string; blobId: string },
  ): Promise<{ accepted: boolean; code?: string }>
  /** Asks for cancellation; what has to be undone is undone after this returns. */
  cancel(submissionId: string, input: { actor: string; reason: string }): Promise<void>
  /** Cheapest question that shows the server answers. */
  ping(): Promise<void>
  /** Opens payloads for Temporal Web UI. A payload that is not ours comes back unchanged. */
  decodePayloads(payloads: readonly PayloadJson[]): Promise<PayloadJson[]>
}

/** What an activity asks of Temporal. Error: AppError `temporal-unavailable` (transient). */
export interface ConsentWatch {
  /** Starts the watch of a consent, or tells the running one that another submission has entered. Idempotent. */
  enter(input: WatchInput): Promise<void>
}

/** `kept`: its run holds that it is registered and waits for the end of retention. */
export type Carriage = 'carried' | 'kept'

/** What reconciliation asks of Temporal. Error: AppError `temporal-unavailable` (transient). */
export interface RunInspector {
  /** Those of the submissions that a run carries at this moment. Asks run by run: visibility lags behind. */
  running(submissionIds: readonly string[]): Promise<Map<string, Carriage>>
  /** One page of the submissions that are carried, and of kept records whose time is over. From visibility: a hint, not a proof. */
  list(page: {
    readonly cursor: string | null
    readonly limit: number
    readonly now: Date
  }): Promise<{ readonly submissionIds: readonly string[]; readonly next: string | null }>
}

export interface Schedule {
  readonly id: string
  readonly workflow: string
  readonly input: object
  readonly everyMs: number
  /** Russian: what Web UI says of it. */
  readonly summary: string
}
/** What the worker arranges at its start. Error: AppError `temporal-unavailable` (transient). */
export interface Schedules {
  /** Creates the schedule unless it is there: a change made by an operator in Web UI stands. */
  ensure(schedule: Schedule): Promise<'created' | 'there'>
}
