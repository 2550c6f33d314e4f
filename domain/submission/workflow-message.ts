import type { ConsentChanged, NotificationKind } from './messages.ts'
import type { Policy } from './policy.ts'
import type { Priority } from './priority.ts'
import type { Supersession } from './supersession.ts'

/** A message for the workflow of one submission: written to the outbox with what caused it, delivered to Temporal. */
export type WorkflowMessage =
  | {
      readonly kind: 'start-submission'
      readonly submissionId: string
      readonly version: number
      readonly organizationId: string
      readonly registry: string
      readonly analysisCode: string
      readonly policy: Policy
      /** Absent in messages written before results had one: routine. */
      readonly priority?: Priority
      /** A run was lost before this time (ISO 8601): one that started earlier does not count, and the next one counts rounds from here. */
      readonly lostBefore?: string
      readonly firstRound?: number
      /** The lost run waited for a correction, for this reason: so does the next one. */
      readonly heldFor?: string
    }
  /** A record whose retention was lost: kept and destroyed as before. */
  | {
      readonly kind: 'start-retention'
      readonly submissionId: string
      readonly version: number
      readonly organizationId: string
      readonly registry: string
      readonly analysisCode: string
      /** ISO 8601 */
      readonly retainUntil: string
      readonly lostBefore: string
    }
  | {
      readonly kind: 'registry-answered'
      readonly submissionId: string
      readonly acknowledgementId: string
    }
  | {
      readonly kind: 'consent-changed'
      readonly submissionId: string
      readonly consentId: string
      readonly status: ConsentChanged['status']
    }
  /** It no longer counts: a newer word of the laboratory has taken its place, or the result is not this patient's. */
  | {
      readonly kind: 'superseded'
      readonly submissionId: string
      readonly reason: Supersession
    }
  /** A person has forbidden destruction, or allowed it again: so it stands in the row. */
  | { readonly kind: 'hold-changed'; readonly submissionId: string; readonly placed: boolean }
  /** What it waited for, besides its own answers, may be over: a person's decision, or the answer about an earlier document. */
  | { readonly kind: 'way-cleared'; readonly submissionId: string }
  /** A document of it may be in force at the registry and must not be: a run of its own looks, and takes it back. */
  | {
      readonly kind: 'leftover'
      readonly submissionId: string
      readonly version: number
      /** Tells one occasion from the next. */
      readonly occasion: string
    }
  /** People are told what no run tells them: it may have ended. */
  | {
      readonly kind: 'tell'
      readonly submissionId: string
      readonly version: number
      readonly notification: NotificationKind
      readonly round: number
    }
  | {
      readonly kind: 'corrected'
      readonly submissionId: string
      readonly version: number
      readonly actor: string
    }
