import type { Patient, Report } from '../../domain/report/report.ts'
import type { Issue } from '../../domain/shared/issue.ts'
import type { NotificationKind } from '../../domain/submission/messages.ts'
import type { Phase } from '../../domain/submission/phase.ts'
import type { Policy } from '../../domain/submission/policy.ts'
import type { RegistryAnswer } from '../../domain/submission/registry-answer.ts'
import type { Status } from '../../domain/submission/status.ts'
import type { StepKey } from '../../domain/submission/step.ts'
import type { Verdict } from '../../domain/submission/verdict.ts'

/** JSON that may go to Temporal and into plain columns: ids, codes, digests, times. Never personal data. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json }

// ── artefacts ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Everything kept as encrypted bytes. `source` is the message exactly as received. */
export type ArtefactKind =
  | 'source'
  | 'report'
  | 'document-xml'
  | 'document-pdf-unsigned'
  | 'document-pdf'
  | 'signature'
  | 'personal-signature'
  | 'request'
  | 'receipt'
  | 'answer'
  | 'consent-snapshot'
  | 'evidence'
  | 'destruction-certificate'

export interface BlobDraft {
  readonly id: string
  readonly kind: ArtefactKind
  readonly mediaType: string
  readonly bytes: Buffer
}
export interface Artefact {
  readonly id: string
  readonly kind: ArtefactKind
  readonly version: number
  readonly mediaType: string
  readonly bytes: Buffer
  /** SHA-256 of the bytes, hex. */
  readonly digest: string
  readonly createdAt: Date
}
export interface Artefacts {
  /** Newest artefact of the kind; of one version where `version` is given. */
  read(submissionId: string, kind: ArtefactKind, version?: number): Promise<Artefact | undefined>
  /** All artefacts of a submission in order of creation, opened. Used for the evidence bundle. */
  readAll(submissionId: string): Promise<Artefact[]>
  readById(id: string): Promise<Artefact | undefined>
  /** Stores an artefact that came from outside the workflow (a personal signature). Idempotent by draft.id. */
  add(submissionId: string, version: number, draft: BlobDraft): Promise<void>
}

// ── the journal: what activities write ───────────────────────────────────────────────────────────────────────────

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
export interface ConsentCheckDraft {
  readonly consentId?: string
  readonly submissionId?: string
  /** The request as asked, with ids only. */
  readonly request: { readonly [key: string]: Json }
  readonly status: ConsentStatus | 'none' | 'error'
  readonly source: 'register' | 'service' | 'law'
  /** Who asked: `system` or the id of a user or API key. */
  readonly user: string
}
export interface NotificationDraft {
  readonly id: string
  readonly kind: NotificationKind
  readonly channel: 'email'
  readonly recipientRole: 'patient' | 'doctor' | 'operator'
  readonly outcome: 'sent' | 'failed' | 'no-address'
  readonly code?: string
}

/** One step of the protocol with all its database work: written in one transaction, or found already written. */
export interface StepRecord {
  readonly key: StepKey
  /** Returned to the workflow, and to a retried activity that finds the step done. */
  readonly outcome: Json
  readonly patch?: SubmissionPatch
  readonly events: readonly EventDraft[]
  readonly blobs?: readonly BlobDraft[]
  readonly document?: DocumentDraft
  readonly signatures?: readonly SignatureDraft[]
  readonly attempt?: AttemptDraft
  readonly consentChecks?: readonly ConsentCheckDraft[]
  /** A consent the register did not know and the consent service confirmed. */
  readonly discoveredConsent?: {
    /** The service confirmed it for this analysis alone. */
    readonly analysis: string
    readonly id: string
    readonly number: string
    readonly validUntil: Date | null
  }
  readonly notifications?: readonly NotificationDraft[]
  readonly confirmTemplateVersionId?: string
  readonly acknowledgementId?: string
  readonly destruction?: { readonly certificateBlobId: string }
}
export interface Journal {
  find(key: StepKey): Promise<Json | undefined>
  /** Commits the record unless its key exists; returns the outcome that stands. Safe to call again. */
  commit(record: StepRecord): Promise<Json>
}

// ── what activities read ─────────────────────────────────────────────────────────────────────────────────────────

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
  /** Registered document this one replaces. */
  readonly replacesDocumentId: string | undefined
  readonly phase: Phase
  readonly lastVerdict: Verdict | undefined
  readonly consentId: string | undefined
  readonly registryId: string | undefined
  readonly retainUntil: Date | undefined
  readonly holdReason: string | undefined
  readonly receivedAt: Date
  readonly report: Report
  readonly document: StoredDocument | undefined
}
export interface StoredDocument {
  readonly documentId: string
  readonly digest: string
  readonly templateVersionId: string
  readonly templateConfirmed: boolean
  readonly personalSignatures: number
  readonly signatures: readonly (SignatureDraft & { readonly id: string })[]
}
export interface Cases {
  /** Errors: AppError `submission-not-found` (permanent). */
  load(submissionId: string, version: number): Promise<SubmissionCase>
}

// ── organisations, keys ──────────────────────────────────────────────────────────────────────────────────────────

export interface Organization {
  readonly id: string
  readonly name: string
  readonly inn: string
  readonly ogrn: string
  readonly okpo: string | null
  readonly kpp: string | null
  readonly oid: string | null
  readonly license: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly address: string | null
  readonly legalBasis: 'consent' | 'law'
  readonly registry: 'portal'
  readonly environment: 'test' | 'production'
  /** IANA zone used where the laboratory's message has no offset. */
  readonly timeZone: string
}
export interface Organizations {
  get(id: string): Promise<Organization | undefined>
  /** Creates or updates by id. */
  save(organization: Organization): Promise<void>
}

export type Right = 'submit' | 'read' | 'read-body' | 'operate' | 'configure'
export interface ApiKeyPrincipal {
  readonly keyId: string
  readonly organizationId: string
  readonly rights: readonly Right[]
}
export interface ApiKeyRecord {
  readonly keyId: string
  readonly name: string
  readonly rights: readonly Right[]
  readonly createdAt: Date
  readonly revokedAt: Date | null
}
export interface ApiKeys {
  /** By SHA-256 of the presented key. */
  authenticate(presentedKey: string): Promise<ApiKeyPrincipal | undefined>
  /** Creates the key if its hash is new; the clear text is not kept. */
  ensure(input: {
    organizationId: string
    name: string
    key: string
    rights: readonly Right[]
  }): Promise<{ keyId: string }>
  /** Every key of the organisation, oldest first, revoked ones included. */
  list(organizationId: string): Promise<ApiKeyRecord[]>
  /** Shuts the key for good. False: the organisation has no such key, or it is shut already. */
  revoke(organizationId: string, keyId: string): Promise<boolean>
}

// ── intake ───────────────────────────────────────────────────────────────────────────────────────────────────────

export interface AcceptDraft {
  readonly organizationId: string
  readonly report: Report
  readonly source: { readonly bytes: Buffer; readonly mediaType: string }
  /** SHA-256 over the canonical JSON of the report, hex: tells a repeat from a change. */
  readonly contentDigest: string
  readonly policy: Policy
  readonly actor: string
}
/**
 * - `created`: stored with its journal entry and, unless preliminary, an outbox row that starts the workflow.
 * - `repeated`: the same source key and content are already there (or an older version of the source than known).
 * - `updated`: a preliminary result got new content, or its final result (then the workflow is started).
 * - `corrects`: a correction for a submission that waits in `needs-correction`: stored as its version n+1.
 * - `conflict`: same key, other content, not marked as corrected. Nothing was changed.
 */
export interface Acceptance {
  readonly kind: 'created' | 'repeated' | 'updated' | 'corrects' | 'conflict'
  readonly submission: SubmissionView
}
export interface Submissions {
  accept(draft: AcceptDraft): Promise<Acceptance>
  /** Version n+1 of a submission in `needs-correction`, by a person. Adds the outbox row that tells the workflow. */
  addCorrection(input: {
    organizationId: string
    submissionId: string
    report: Report
    contentDigest: string
    changedFields: readonly string[]
    actor: string
    reason: string
  }): Promise<{ kind: 'stored' | 'not-waiting' | 'not-found'; version: number }>
  find(organizationId: string, submissionId: string): Promise<SubmissionView | undefined>
  list(
    organizationId: string,
    filter: SubmissionFilter,
  ): Promise<{ items: SubmissionView[]; nextCursor: string | null }>
  /** Events after sequence number `after`, oldest first. */
  events(organizationId: string, submissionId: string, after: number): Promise<TimelineEvent[]>
}
export interface SubmissionFilter {
  readonly status?: Status | undefined
  readonly phase?: Phase | undefined
  readonly analysis?: string | undefined
  readonly sourceSystem?: string | undefined
  readonly sourceId?: string | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}
/** No personal data: what the API shows without the right `read-body`. */
export interface SubmissionView {
  readonly id: string
  readonly organizationId: string
  readonly phase: Phase
  readonly status: Status
  readonly version: number
  readonly documentId: string
  readonly setId: string
  readonly sourceSystem: string
  readonly sourceId: string
  readonly sourceVersion: number
  readonly analysisCode: string
  readonly replaces: string | null
  readonly replacedBy: string | null
  readonly lastVerdict: Verdict | null
  readonly issues: readonly Issue[]
  readonly reason: string | null
  readonly waitingUntil: Date | null
  readonly registryId: string | null
  readonly retainUntil: Date | null
  readonly holdReason: string | null
  readonly receivedAt: Date
  readonly updatedAt: Date
  /** Grows with every change: long polls compare it. */
  readonly revision: number
  readonly versions: readonly {
    version: number
    documentId: string
    contentDigest: string
    createdAt: Date
    actor: string
    changedFields: readonly string[]
    reason: string | null
  }[]
  readonly attempts: readonly {
    version: number
    outcome: AttemptDraft['outcome']
    code: string | null
    receiptId: string | null
    startedAt: Date
    finishedAt: Date
  }[]
  readonly answers: readonly {
    version: number
    verdict: Verdict
    registryId: string | null
    issues: readonly Issue[]
    receivedAt: Date
    via: 'callback' | 'poll' | 'send'
  }[]
  /** Kinds of artefacts that exist. */
  readonly artefacts: readonly ArtefactKind[]
}
export interface TimelineEvent {
  readonly seq: number
  readonly at: Date
  readonly version: number
  readonly type: string
  readonly text: string
  readonly actor: string
  readonly details: { readonly [key: string]: Json }
}

/** What a person did through the API: an event on the timeline and an audit entry, in one transaction. */
export interface Audit {
  record(entry: {
    organizationId: string
    actor: string
    action: string
    submissionId?: string
    target?: string
    reason?: string
    event?: EventDraft
  }): Promise<void>
}

// ── registry answers ─────────────────────────────────────────────────────────────────────────────────────────────

export interface Acknowledgements {
  /** Stores an answer once per (documentId, messageId), with the raw body; a callback adds the outbox row that signals the workflow. */
  receive(input: {
    organizationId: string
    answer: RegistryAnswer
    raw: Buffer
    mediaType: string
    via: 'callback' | 'poll' | 'send'
  }): Promise<
    | { kind: 'stored' | 'repeated'; acknowledgementId: string; submissionId: string }
    | { kind: 'unknown-document' }
  >
  load(
    acknowledgementId: string,
  ): Promise<RegistryAnswer & { acknowledgementId: string; submissionId: string; version: number }>
}

// ── consents ─────────────────────────────────────────────────────────────────────────────────────────────────────

export type ConsentStatus = 'active' | 'expired' | 'withdrawn' | 'rejected'
export interface Consent {
  readonly id: string
  readonly organizationId: string
  /** Number of the consent document. */
  readonly number: string
  readonly givenAt: Date
  readonly scope: 'full' | 'partial'
  /** Analysis codes a partial consent covers (template codes). */
  readonly analyses: readonly string[]
  readonly confirmationMethod: 'paper' | 'electronic-signature' | 'esia' | 'sms-code' | 'service'
  readonly validUntil: Date | null
  readonly status: ConsentStatus
  readonly createdAt: Date
}
export interface ConsentCheck {
  readonly at: Date
  readonly request: { readonly [key: string]: Json }
  readonly status: ConsentStatus | 'none' | 'error'
  readonly source: 'register' | 'service' | 'law'
  readonly user: string
  readonly submissionId: string | null
}
export interface ConsentRegister {
  /** Idempotent by (organisation, number): the same content returns the first. Also signals submissions that wait for it. */
  register(
    input: Omit<Consent, 'id' | 'status' | 'createdAt'> & { patient: Patient; actor: string },
  ): Promise<{ kind: 'created' | 'repeated' | 'conflict'; consent: Consent }>
  get(organizationId: string, id: string): Promise<Consent | undefined>
  checks(organizationId: string, id: string): Promise<ConsentCheck[]>
  /** Sets the status and adds outbox rows that signal `consentChanged` to every submission in flight under it. */
  changeStatus(input: {
    organizationId: string
    id: string
    status: ConsentStatus
    actor: string
    reason?: string
  }): Promise<{ consent: Consent; inFlight: string[] } | undefined>
}
export interface ConsentLookup {
  /** Consents of the patient of a submission, newest first, whatever their status (matching is decided by the domain). */
  ofPatient(submissionId: string): Promise<Consent[]>
  byId(consentId: string): Promise<Consent | undefined>
  /** Identity of the person who gave the consent: the consent service is asked by it. */
  patientOf(consentId: string): Promise<Patient | undefined>
  /** Submissions in flight that rest on the consent. */
  inFlight(consentId: string): Promise<string[]>
  /** Journals a recheck and applies a changed status, in one transaction. */
  recordRecheck(
    consentId: string,
    check: ConsentCheckDraft,
    newStatus: ConsentStatus | undefined,
  ): Promise<void>
}

// ── templates, mappings ──────────────────────────────────────────────────────────────────────────────────────────

/** One analysis type: what a document of it must contain. */
export interface Template {
  readonly code: string
  readonly version: number
  /** Id of this version. */
  readonly versionId: string
  readonly title: string
  /** НМУ service codes bound to the analysis type. The first one goes into the document. */
  readonly serviceCodes: readonly string[]
  /** Codes by which laboratory systems name the analysis. */
  readonly analysisCodes: readonly { readonly codeSystem: string; readonly code: string }[]
  /** JSON pointers into Report that must be present, e.g. `/patient/snils`. */
  readonly requiredFields: readonly string[]
  /** Signatures of persons needed besides the organisation's. */
  readonly personalSignatures: number
  readonly confirmed: boolean
}
export interface Templates {
  list(organizationId: string): Promise<Template[]>
  get(organizationId: string, code: string): Promise<Template | undefined>
  /** Makes a new, unconfirmed version when the content differs from the current one. */
  save(
    organizationId: string,
    draft: Omit<Template, 'version' | 'versionId' | 'confirmed'>,
    actor: string,
  ): Promise<Template>
  /** A person confirmed the version, apart from a submission. */
  confirm(organizationId: string, code: string, actor: string): Promise<Template | undefined>
}
export type MappingKind = 'observation' | 'unit' | 'analysis'
/** Laboratory's code → official code: `observation` → ФСЛИ, `unit` → NSI 1358, `analysis` → template code. */
export interface CodeMapping {
  readonly kind: MappingKind
  readonly codeSystem: string
  readonly code: string
  readonly targetCode: string
  readonly targetName: string
}
export interface CodeMappings {
  list(organizationId: string, kind?: MappingKind): Promise<CodeMapping[]>
  put(organizationId: string, mappings: readonly CodeMapping[], actor: string): Promise<void>
  remove(
    organizationId: string,
    key: Pick<CodeMapping, 'kind' | 'codeSystem' | 'code'>,
    actor: string,
  ): Promise<boolean>
}

// ── outbox, retention, idempotency ───────────────────────────────────────────────────────────────────────────────

export type OutboxMessage =
  | {
      readonly kind: 'start-submission'
      readonly submissionId: string
      readonly version: number
      readonly organizationId: string
      readonly registry: string
      readonly analysisCode: string
      readonly policy: Policy
      /** A run was lost before this time (ISO 8601): one that started earlier does not count, and the next one counts rounds from here. */
      readonly lostBefore?: string
      readonly firstRound?: number
    }
  /** A record whose retention was lost: kept and destroyed as before. */
  | {
      readonly kind: 'start-retention'
      readonly submissionId: string
      readonly version: number
      readonly organizationId: string
      readonly registry: string
      readonly analysisCode: string
      /** ISO 8601 */
      readonly retainUntil: string
      readonly lostBefore: string
    }
  | {
      readonly kind: 'registry-answered'
      readonly submissionId: string
      readonly acknowledgementId: string
    }
  | {
      readonly kind: 'consent-changed'
      readonly submissionId: string
      readonly consentId: string
      readonly status: ConsentStatus
    }
  | {
      readonly kind: 'corrected'
      readonly submissionId: string
      readonly version: number
      readonly actor: string
    }
export interface OutboxEntry {
  readonly id: string
  readonly message: OutboxMessage
  readonly tries: number
}
export interface Outbox {
  /** Leases due entries for `leaseMs` (SKIP LOCKED): a second process does not take the same ones. Oldest first, in order per submission. */
  claim(limit: number, leaseMs: number): Promise<OutboxEntry[]>
  /** Leases the pending entries of one submission, for dispatch right after the commit. */
  claimFor(submissionId: string, leaseMs: number): Promise<OutboxEntry[]>
  done(id: string): Promise<void>
  /** Due again after `retryInMs`; `code` says why. */
  failed(id: string, code: string, retryInMs: number): Promise<void>
}
/** Finds submissions that nobody carries any more, and has them carried again. */
export interface Reconciliation {
  /**
   * Ids after `after`, in order of id: on their way or due for destruction, unchanged since `olderThan`, with nothing
   * left that Temporal still has to be told.
   */
  unfinished(olderThan: Date, after: string | null, limit: number): Promise<string[]>
  /** Which of the submissions there are. */
  exists(ids: readonly string[]): Promise<Set<string>>
  /**
   * Writes the outbox row that starts a run anew, with what stands of the lost one.
   * - `restarted`: the row is there.
   * - `held`: restarted three times within a day: it waits for a person, with the reason `workflow-lost`, until the day is over.
   * - `unchanged`: it has moved meanwhile, or has ended.
   */
  restart(submissionId: string, olderThan: Date): Promise<'restarted' | 'held' | 'unchanged'>
}
export interface Retention {
  placeHold(submissionId: string, reason: string): Promise<void>
  releaseHold(submissionId: string): Promise<void>
  /** Drops every wrapped data key of the submission except its destruction certificate, and the patient when nothing else refers to it. */
  erase(submissionId: string): Promise<{ erased: number }>
}
export interface IdempotencyKeys {
  /** `fresh`: run the request. `replay`: answer as stored. `mismatch`: the key was used for another request. `running`: the first one has not ended. */
  begin(input: {
    scope: string
    key: string
    requestDigest: string
  }): Promise<
    | { kind: 'fresh' }
    | { kind: 'replay'; statusCode: number; headers: Record<string, string>; body: string }
    | { kind: 'mismatch' }
    | { kind: 'running' }
  >
  finish(input: {
    scope: string
    key: string
    statusCode: number
    headers: Record<string, string>
    body: string
  }): Promise<void>
  /** The request failed without an effect: the key may be used again. */
  abandon(input: { scope: string; key: string }): Promise<void>
}

/** Everything the store offers; each process takes the parts it needs. */
export interface Store {
  readonly journal: Journal
  readonly cases: Cases
  readonly artefacts: Artefacts
  readonly organizations: Organizations
  readonly apiKeys: ApiKeys
  readonly submissions: Submissions
  readonly audit: Audit
  readonly acknowledgements: Acknowledgements
  readonly consentRegister: ConsentRegister
  readonly consentLookup: ConsentLookup
  readonly templates: Templates
  readonly codeMappings: CodeMappings
  readonly outbox: Outbox
  readonly reconciliation: Reconciliation
  readonly retention: Retention
  readonly idempotencyKeys: IdempotencyKeys
  /** Cheapest question that shows the database answers. */
  ping(): Promise<void>
  close(): Promise<void>
}
