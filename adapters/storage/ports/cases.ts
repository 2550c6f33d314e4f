import type { Way } from '../../../domain/intake/standing.ts'
import type { Report } from '../../../domain/report/report.ts'
import type { Phase } from '../../../domain/submission/phase.ts'
import type { Policy } from '../../../domain/submission/policy.ts'
import type { StepKey } from '../../../domain/submission/step.ts'
import type { Verdict } from '../../../domain/submission/verdict.ts'
import type { SignatureDraft } from './journal.ts'
import type { Json } from './json.ts'
import type { Organization } from './organizations.ts'

export interface SubmissionCase {
  readonly submissionId: string
  readonly organization: Organization
  readonly version: number
  /** Id of this version's document: RFC 4122 UUID, the idempotency key toward the registry. */
  readonly documentId: string
  /** Id shared by all versions and replacements of one result. */
  readonly setId: string
  /** Number of this document within its set, from 1. */
  readonly versionNumber: number
  /** Earlier document of the set that is in force at the registry: this one replaces it. */
  readonly replacesDocumentId: string | undefined
  /** What its set says to its next irreversible step, as it stands now. */
  readonly way: Way
  readonly phase: Phase
  readonly lastVerdict: Verdict | undefined
  readonly consentId: string | undefined
  readonly registryId: string | undefined
  readonly retainUntil: Date | undefined
  readonly holdReason: string | undefined
  readonly receivedAt: Date
  /** As accepted: what a run was started with is no proof of it. */
  readonly policy: Policy
  readonly report: Report
  readonly document: StoredDocument | undefined
}
export interface StoredDocument {
  readonly documentId: string
  readonly digest: string
  readonly templateVersionId: string
  readonly templateCode: string
  /** Template codes of the analyses in it; empty for documents of before this was kept. */
  readonly analyses: readonly string[]
  readonly templateConfirmed: boolean
  readonly personalSignatures: number
  readonly signatures: readonly (SignatureDraft & { readonly id: string })[]
}
export interface Cases {
  /** Errors: AppError `submission-not-found` (permanent). */
  load(submissionId: string, version: number): Promise<SubmissionCase>
  /**
   * Says that the document may leave from now on (`clear`), or why it may not. Asked right before each send, under the lock
   * that a newer word takes. `changed`: another document has to be named as replaced. Errors: as `load`.
   */
  claimSend(
    version: Pick<StepKey, 'submissionId' | 'version'>,
  ): Promise<Way | { readonly kind: 'changed' }>
  /** What a step starts from, or the outcome that it has left before. Errors: as `load`. */
  begin(key: StepKey): Promise<{ readonly done: Json } | { readonly submission: SubmissionCase }>
}
