import type { NotificationInput } from '../domain/submission/messages.ts'

/** Names that reach Temporal and outlive any deploy: they never change silently. */
export const WorkflowName = {
  submitAnalysis: 'submitAnalysis',
  retainSubmission: 'retainSubmission',
  notifyParties: 'notifyParties',
  watchConsent: 'watchConsent',
  withdrawLeftover: 'withdrawLeftover',
  reconcile: 'reconcile',
} as const

export const SignalName = {
  registryAnswered: 'registryAnswered',
  consentChanged: 'consentChanged',
  submissionEntered: 'submissionEntered',
  superseded: 'superseded',
  wayCleared: 'wayCleared',
  placeHold: 'placeHold',
  releaseHold: 'releaseHold',
} as const

export const UpdateName = {
  approve: 'approve',
  reject: 'reject',
  correct: 'correct',
  retry: 'retry',
  abandon: 'abandon',
  addSignature: 'addSignature',
} as const

export const QueryName = { getProgress: 'getProgress' } as const

/** None personal; upserted only when a run begins to wait, needs a person, or ends. */
export const SearchAttributeName = {
  phase: 'GonetsPhase',
  organization: 'GonetsOrganization',
  registry: 'GonetsRegistry',
  analysis: 'GonetsAnalysis',
  needsAttention: 'GonetsNeedsAttention',
  retainUntil: 'GonetsRetainUntil',
} as const

export function submissionWorkflowId(submissionId: string): string {
  return `submission-${submissionId}`
}

/** One message of a kind and round about a version: told once, whoever tells it. */
export function notificationWorkflowId(notification: NotificationInput): string {
  const { submissionId, version, kind, round } = notification
  return `notify-${submissionId}-${version}-${kind}-${round}`
}

/** One for each occasion on which a document may have to be taken back. */
export function leftoverWorkflowId(submissionId: string, occasion: string): string {
  return `leftover-${submissionId}-${occasion}`
}

/** What a client of one submission has to know. */
export const submissionNames = {
  submitAnalysis: WorkflowName.submitAnalysis,
  retainSubmission: WorkflowName.retainSubmission,
  notifyParties: WorkflowName.notifyParties,
  withdrawLeftover: WorkflowName.withdrawLeftover,
  updates: UpdateName,
  signals: SignalName,
  queries: QueryName,
  searchAttributes: SearchAttributeName,
  submissionWorkflowId,
  notificationWorkflowId,
  leftoverWorkflowId,
} as const

export function consentWorkflowId(consentId: string): string {
  return `consent-${consentId}`
}

/** The schedule of `reconcile`; each of its runs has this for the beginning of its id. */
export const RECONCILE_SCHEDULE_ID = 'gonets-reconcile'
