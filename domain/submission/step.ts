/** Names of the protocol's steps: with submission, version and round they are the idempotency key of an activity. */
export const Step = {
  checkConsent: 'check-consent',
  requestConsent: 'request-consent',
  assemble: 'assemble',
  approve: 'approve',
  sign: 'sign',
  verifySignature: 'verify-signature',
  send: 'send',
  find: 'find',
  poll: 'poll',
  recordAnswer: 'record-answer',
  remind: 'remind',
  withdraw: 'withdraw',
  withdrawRegistered: 'withdraw-registered',
  withdrawLeftover: 'withdraw-leftover',
  voidDocument: 'void-document',
  raiseAttention: 'raise-attention',
  cancel: 'cancel',
  attempt: 'attempt',
  seal: 'seal',
  hold: 'hold',
  destroy: 'destroy',
} as const
export type Step = (typeof Step)[keyof typeof Step]

/** Messages are steps of their own: intent, failure and outcome per kind and recipient. */
export type NotificationStep = `notify${'' | '-intent' | '-failed'}:${string}`

/** A question to the consent service that got no answer is journalled beside the step that asked, once a try. */
export type UnansweredStep = `unanswered:${string}`

/**
 * `round` counts how often the workflow has reached the step for this version: a Temporal retry repeats the round and
 * finds the stored outcome; a person's `retry` opens the next round and does the work anew.
 */
export interface StepKey {
  readonly submissionId: string
  readonly version: number
  readonly step: Step | NotificationStep | UnansweredStep
  readonly round: number
}
