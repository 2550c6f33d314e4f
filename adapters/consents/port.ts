/**
 * The outside service that knows consents. `patientRef` is what the service identifies the patient by. It is asked about the
 * patient's will on one analysis now; `documentNumber` helps it to find the record and does not narrow the question.
 * `unknown` is an answer ("no such consent"), never taken as consent.
 * Errors: AppError `consent-service-unavailable` (transient), `consent-service-protocol-error` (permanent).
 */
export interface ConsentService {
  check(input: {
    patientRef: string
    documentNumber: string | undefined
    /** Template code. */
    analysis: string
    timeoutMs: number
  }): Promise<ConsentAnswer>
}
export interface ConsentAnswer {
  readonly status: 'active' | 'expired' | 'rejected' | 'unknown'
  /** Number of the consent document, when the service names it. */
  readonly documentNumber: string | undefined
  readonly validUntil: Date | undefined
  /** When the patient expressed what the status says, when the service tells. */
  readonly expressedAt: Date | undefined
  /** The service's own id of this query. */
  readonly requestId: string
}
