/** The list Temporal registers. Names are promises: see names.ts. */
export { notifyParties } from './notify-parties.ts'
export { reconcile } from './reconcile.ts'
export { retainSubmission } from './retain-submission.ts'
export { submitAnalysis } from './submit-analysis.ts'
export { watchConsent } from './watch-consent.ts'
export { withdrawLeftover } from './withdraw-leftover.ts'
