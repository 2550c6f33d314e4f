import type { NotificationInput } from '../../domain/submission/messages.ts'

/** Names as workflows/names.ts promises them; handed in so that this adapter knows no orchestration. */
export interface WorkflowNames {
  readonly submitAnalysis: string
  readonly retainSubmission: string
  readonly notifyParties: string
  readonly withdrawLeftover: string
  readonly updates: {
    readonly approve: string
    readonly reject: string
    readonly correct: string
    readonly retry: string
    readonly abandon: string
    readonly addSignature: string
  }
  readonly signals: {
    readonly registryAnswered: string
    readonly consentChanged: string
    readonly superseded: string
    readonly wayCleared: string
    readonly placeHold: string
    readonly releaseHold: string
  }
  readonly queries: { readonly getProgress: string }
  readonly searchAttributes: {
    readonly phase: string
    readonly organization: string
    readonly registry: string
    readonly analysis: string
    readonly needsAttention: string
    readonly retainUntil: string
  }
  submissionWorkflowId(submissionId: string): string
  notificationWorkflowId(notification: NotificationInput): string
  leftoverWorkflowId(submissionId: string, occasion: string): string
}
