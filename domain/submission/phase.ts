/**
 * Where a submission is on its path (design: the submission workflow). Each value says who acts next.
 * Replay-sensitive: names reach search attributes, the database and the API, and never change silently.
 */
export const Phase = {
  /** Recorded, but the laboratory has not confirmed the result yet: no workflow runs. Left by the final result. */
  awaitingFinal: 'awaiting-final',
  /** Recorded, but a person has to decide whether it is the laboratory's last word: no workflow runs. */
  awaitingDecision: 'awaiting-decision',
  checkingConsent: 'checking-consent',
  /** No legal basis: a new consent was asked for once. Left by `consentChanged` or when patience ends. */
  awaitingConsent: 'awaiting-consent',
  /** An earlier document of the result is at the registry, unanswered: its answer or its withdrawal comes first. */
  awaitingPredecessor: 'awaiting-predecessor',
  assembling: 'assembling',
  /** First document of a template version: a person confirms it once. */
  awaitingApproval: 'awaiting-approval',
  signing: 'signing',
  /** Personal signatures made elsewhere are expected through the API. */
  awaitingSignatures: 'awaiting-signatures',
  sending: 'sending',
  awaitingAcknowledgement: 'awaiting-acknowledgement',
  notifying: 'notifying',
  retained: 'retained',
  /** The data must change: refused by our checks or by the registry. */
  needsCorrection: 'needs-correction',
  /** Something outside the data must change: certificate, access, an unanswered question. */
  needsAttention: 'needs-attention',
  cancelled: 'cancelled',
  destroyed: 'destroyed',
} as const
export type Phase = (typeof Phase)[keyof typeof Phase]

/** Phases in which the submission is still on its way: a change of consent concerns these. */
export const IN_FLIGHT: readonly Phase[] = [
  Phase.checkingConsent,
  Phase.awaitingConsent,
  Phase.awaitingPredecessor,
  Phase.assembling,
  Phase.awaitingApproval,
  Phase.signing,
  Phase.awaitingSignatures,
  Phase.sending,
  Phase.awaitingAcknowledgement,
  Phase.needsCorrection,
  Phase.needsAttention,
]
