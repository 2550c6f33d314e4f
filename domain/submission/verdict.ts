/** What the registry said about a document. `processing` is a sign of life, not an answer. */
export const Verdict = {
  accepted: 'accepted',
  rejected: 'rejected',
  correctionRequired: 'correction-required',
  clarificationRequired: 'clarification-required',
  processing: 'processing',
} as const
export type Verdict = (typeof Verdict)[keyof typeof Verdict]
