import type { Policy } from '../../domain/submission/policy.ts'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

/** The consent every submission rests on unless a test says otherwise. */
export const CONSENT_ID = 'consent-1'

export const POLICY: Policy = {
  legalBasis: 'consent',
  consentPatienceMs: 30 * DAY,
  consentRecheckMs: DAY,
  watchAfterMs: HOUR,
  signaturePatienceMs: 7 * DAY,
  sendAttempts: 5,
  sendTimeoutMs: 30_000,
  pollFirstMs: HOUR,
  pollMaxMs: DAY,
  reminderMs: [24 * HOUR, 72 * HOUR],
  acknowledgementDeadlineMs: 15 * DAY,
  retentionMs: 1827 * DAY,
}
