import type { Issue } from '../../domain/shared/issue.ts'
import type { RegistryAnswer } from '../../domain/submission/registry-answer.ts'

export interface RegistrySubmission {
  /** Stable over every attempt: the registry recognises a repeat by it. */
  readonly documentId: string
  readonly setId: string
  readonly versionNumber: number
  readonly replacesDocumentId: string | undefined
  readonly organization: {
    readonly id: string
    readonly inn: string
    readonly ogrn: string
    readonly oid: string | null
  }
  readonly analysisType: string
  readonly performedAt: string
  readonly document: { readonly xml: Buffer; readonly pdf: Buffer; readonly digest: string }
  readonly signature: Buffer
  readonly personalSignatures: readonly Buffer[]
  readonly consent:
    | { readonly basis: 'law' }
    | { readonly basis: 'consent'; readonly number: string; readonly givenAt: string }
}

export type SubmitOutcome =
  | {
      readonly kind: 'taken'
      readonly receiptId: string
      readonly receipt: Buffer
      readonly request: Buffer
    }
  | {
      readonly kind: 'registered'
      readonly registryId: string
      readonly receipt: Buffer
      readonly request: Buffer
    }
  | {
      readonly kind: 'refused'
      readonly issues: readonly Issue[]
      readonly receipt: Buffer
      readonly request: Buffer
    }
/** `digest`: of the document the registry has under this id; undefined when it does not tell. */
export type FindOutcome =
  | { readonly kind: 'taken'; readonly receiptId: string; readonly digest?: string | undefined }
  | {
      readonly kind: 'answered'
      readonly answer: RegistryAnswer
      readonly raw: Buffer
      readonly digest?: string | undefined
    }
  | { readonly kind: 'not-found' }
export type WithdrawOutcome =
  /** `at`: by the registry's clock; undefined when it does not tell. */
  | { readonly kind: 'withdrawn'; readonly raw: Buffer; readonly at?: Date | undefined }
  | { readonly kind: 'refused'; readonly code: string; readonly raw: Buffer }

/**
 * One state registry. `submit` is idempotent by documentId at the registry; an AppError of class `ambiguous` means the
 * registry may have taken the document, and `find` must be asked before any other `submit` (promise P5).
 * Errors: `registry-unavailable` (transient), `registry-busy` (transient, retryAfterMs), `registry-timeout` (ambiguous),
 * `registry-connection-lost` (ambiguous), `registry-access-denied`, `registry-protocol-error` (permanent);
 * `registry-document-differs` (permanent, `submit` alone): the registry has this id already, with other bytes.
 * `request` and `receipt` are what was sent and answered, for the evidence bundle; `request` holds no clear-text file.
 */
export interface Registry {
  submit(input: { submission: RegistrySubmission; timeoutMs: number }): Promise<SubmitOutcome>
  find(input: { documentId: string; timeoutMs: number }): Promise<FindOutcome>
  withdraw(input: {
    documentId: string
    reason: string
    timeoutMs: number
  }): Promise<WithdrawOutcome>
  /** A harmless authenticated call: `{ status: 'OK', transactionId }`. */
  testConnection(input: { timeoutMs: number }): Promise<{ status: 'OK'; transactionId: string }>
}
