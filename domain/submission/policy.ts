/**
 * Every duration and limit of one run, copied from the configuration when the result is accepted: a later change of
 * configuration never alters a running workflow. All durations are milliseconds.
 */
export interface Policy {
  /** `consent`: nothing leaves without an active consent. `law`: the organisation transfers by law (323-ФЗ art. 13). */
  readonly legalBasis: 'consent' | 'law'
  /** How long a submission waits for a consent before it is cancelled. */
  readonly consentPatienceMs: number
  /** How often the consent of a waiting submission is asked about again. */
  readonly consentRecheckMs: number
  /** A run still waiting after this long is put under the consent watch; shorter runs are covered by the check at send. */
  readonly watchAfterMs: number
  /** How long personal signatures made elsewhere are waited for. */
  readonly signaturePatienceMs: number
  /** Tries of one send before a person is asked. */
  readonly sendAttempts: number
  /** Time for one call of the registry. */
  readonly sendTimeoutMs: number
  /** First and longest pause between two polls of the registry; each pause is twice the one before. */
  readonly pollFirstMs: number
  readonly pollMaxMs: number
  /** After these times without an answer the responsible people are reminded. */
  readonly reminderMs: readonly number[]
  /** After this long without an answer a person decides. РЭМД answers within 15 days or never (domain reference §1.1). */
  readonly acknowledgementDeadlineMs: number
  /** How long the record is kept after registration. */
  readonly retentionMs: number
}
