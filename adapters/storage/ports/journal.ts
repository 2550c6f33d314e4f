import type { Issue } from '../../../domain/shared/issue.ts'
import type { NotificationKind } from '../../../domain/submission/messages.ts'
import type { Phase } from '../../../domain/submission/phase.ts'
import type { QuestionCode } from '../../../domain/submission/question.ts'
import type { StepKey } from '../../../domain/submission/step.ts'
import type { Verdict } from '../../../domain/submission/verdict.ts'
import type { ArtefactKind, BlobDraft } from './artefacts.ts'
import type { ConsentCheckDraft, Resting } from './consents.ts'
import type { Json } from './json.ts'

export interface EventDraft {
  /** Stable dotted name, e.g. `consent.active`, `document.assembled`, `registry.taken`. Listed in docs/glossary.md. */
  readonly type: string
  /** Russian, one line, no personal data: shown in the timeline. */
  readonly text: string
  readonly details?: { readonly [key: string]: Json }
}
/** What may change on the submission row. Status is derived from phase and last verdict by the store (toStatus). */
export interface SubmissionPatch {
  readonly phase?: Phase
  readonly lastVerdict?: Verdict | null
  readonly issues?: readonly Issue[]
  /** Code of the reason for a hold or an end (docs/errors.md), null to clear. */
  readonly reason?: string | null
  readonly waitingUntil?: Date | null
  readonly consentId?: string | null
  readonly registryId?: string | null
  readonly retainUntil?: Date | null
}
export interface DocumentDraft {
  readonly documentId: string
  readonly templateVersionId: string
  /** SHA-256 of the XML, hex: what the signature covers. */
  readonly digest: string
  /** The registered document it names as replaced. */
  readonly replacesId: string | null
  /** Template codes of the analyses in it: each needed the patient's yes. */
  readonly analyses: readonly string[]
  readonly xmlBlobId: string
  readonly pdfBlobId: string
}
export interface SignatureDraft {
  readonly kind: 'organization' | 'personal'
  readonly blobId: string
  readonly signer: CertificateRow
  readonly signedAt: Date
}
export interface CertificateRow {
  readonly subject: string
  readonly issuer: string
  readonly serial: string
  readonly notBefore: Date
  readonly notAfter: Date
}
export interface AttemptDraft {
  readonly outcome: 'taken' | 'registered' | 'refused' | 'unknown' | 'transient' | 'permanent'
  readonly code?: string
  readonly startedAt: Date
  readonly finishedAt: Date
  readonly requestBlobId?: string
  readonly receiptBlobId?: string
  /** The registry's own id of the transfer (receipt number). */
  readonly receiptId?: string
}
export interface NotificationDraft {
  readonly id: string
  readonly kind: NotificationKind
  readonly channel: 'email'
  readonly recipientRole: 'patient' | 'doctor' | 'operator'
  readonly outcome: 'sent' | 'failed' | 'no-address'
  readonly code?: string
}

export interface DiscoveredConsent {
  readonly id: string
  readonly number: string
  /** The service confirmed it for these alone. */
  readonly analyses: readonly string[]
  /** As the service dates it; null: it did not, and the time of discovery is noted. */
  readonly givenAt: Date | null
  readonly validUntil: Date | null
}

/** One step of the protocol with all its database work: written in one transaction, or found already written. */
export interface StepRecord {
  readonly key: StepKey
  /** Returned to the workflow, and to a retried activity that finds the step done. */
  readonly outcome: Json
  readonly patch?: SubmissionPatch
  readonly events: readonly EventDraft[]
  readonly blobs?: readonly BlobDraft[]
  /** Of this version, blobs of earlier steps that nobody needs once this one is done: their rows go with it. */
  readonly usedUp?: readonly ArtefactKind[]
  readonly document?: DocumentDraft
  readonly signatures?: readonly SignatureDraft[]
  readonly attempt?: AttemptDraft
  /** The registry has said that it did not take the document of this version. */
  readonly unsent?: true
  readonly consentChecks?: readonly ConsentCheckDraft[]
  /** Consents the register did not know and the consent service confirmed. */
  readonly discoveredConsents?: readonly DiscoveredConsent[]
  /** What each analysis of the submission rests on from now; where it is absent, that stays as it is. */
  readonly restsOn?: readonly Resting[]
  /** A question that only a person can answer; asked once while it is open. */
  readonly asks?: {
    readonly code: QuestionCode
    readonly details: { readonly [key: string]: Json }
  }
  /** A question that has answered itself. */
  readonly settles?: QuestionCode
  readonly notifications?: readonly NotificationDraft[]
  readonly confirmTemplateVersionId?: string
  readonly acknowledgementId?: string
  /** Nothing is written, and the outcome is null, when a newer version of the submission has been accepted meanwhile. */
  readonly ifCurrent?: true
  /** The registry no longer holds the document of this version; `arrived: false`: it never did. */
  readonly withdrawal?: { readonly at: Date; readonly arrived: boolean }
  readonly destruction?: { readonly certificateBlobId: string }
}
export interface Journal {
  find(key: StepKey): Promise<Json | undefined>
  /** Commits the record unless its key exists; returns the outcome that stands. Safe to call again. */
  commit(record: StepRecord): Promise<Json>
}
