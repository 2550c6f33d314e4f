import type { Standing } from '../../../domain/intake/standing.ts'
import type { WordFacts } from '../../../domain/intake/word.ts'
import type { Belief, Book, FinalVerdict } from '../../../domain/registry/book.ts'
import type { Report } from '../../../domain/report/report.ts'
import type { Issue } from '../../../domain/shared/issue.ts'
import type { Phase } from '../../../domain/submission/phase.ts'
import type { Policy } from '../../../domain/submission/policy.ts'
import type { QuestionCode } from '../../../domain/submission/question.ts'
import type { Status } from '../../../domain/submission/status.ts'
import type { Verdict } from '../../../domain/submission/verdict.ts'
import type { ArtefactKind } from './artefacts.ts'
import type { AttemptDraft, EventDraft } from './journal.ts'
import type { Json } from './json.ts'

export interface AcceptDraft {
  readonly organizationId: string
  readonly report: Report
  readonly word: WordFacts
  readonly source: { readonly bytes: Buffer; readonly mediaType: string }
  /** SHA-256 over the canonical JSON of the report, hex: tells a repeat from a change. */
  readonly contentDigest: string
  readonly policy: Policy
  readonly actor: string
}
/**
 * - `created`: stored with its journal entry and, unless preliminary, an outbox row that starts the workflow.
 * - `repeated`: said before; the submission that holds it.
 * - `updated`: a preliminary result got new content, or its final result (then the workflow is started).
 * - `corrects`: a correction for a submission that waits in `needs-correction`: stored as its version n+1.
 * - `contested`: stored; a person has to decide whether it is the laboratory's last word (question `which-word`), and
 *   nothing of the result is sent meanwhile.
 * - `outdated`: stored; older than the last word, it is never sent.
 * - `withdrawn`: stored; the laboratory takes the result back, and what was sent of it is withdrawn.
 */
export interface Acceptance {
  readonly kind:
    | 'created'
    | 'repeated'
    | 'updated'
    | 'corrects'
    | 'contested'
    | 'outdated'
    | 'withdrawn'
  readonly submission: SubmissionView
  /** Submissions that no longer count because of it: their runs have to be told. */
  readonly displaced: readonly string[]
  /** What the identity of the patient leaves to a person (toIdentityWarnings). */
  readonly warnings: readonly Issue[]
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
  }): Promise<{
    kind: 'stored' | 'not-waiting' | 'not-found' | 'replaced' | 'other-patient'
    version: number
  }>
  find(organizationId: string, submissionId: string): Promise<SubmissionView | undefined>
  list(
    organizationId: string,
    filter: SubmissionFilter,
  ): Promise<{ items: SubmissionView[]; nextCursor: string | null }>
  /** Events after sequence number `after`, oldest first. */
  events(organizationId: string, submissionId: string, after: number): Promise<TimelineEvent[]>
}
/** What only a person can decide (domain/submission/question.ts). */
export interface Questions {
  /** Answer, what follows from it, event and audit entry are one commit. `told`: submissions whose runs
   * have something to hear of it. `not-asked`: there is no such open question. */
  decide(input: {
    organizationId: string
    submissionId: string
    code: QuestionCode
    decision: string
    actor: string
    reason: string
  }): Promise<{ kind: 'decided'; told: readonly string[] } | { kind: 'not-asked' }>
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
/** What is believed of one document at the registry (domain/registry/book.ts). */
export interface VersionBook {
  readonly state: Book['state']
  /** `contradicted`: what holds until a person decides, else the state. */
  readonly believed: Belief['state']
  readonly verdict: FinalVerdict | null
  readonly registryId: string | null
  readonly leftAt: Date | null
  readonly withdrawnAt: Date | null
}
export interface RegisteredDocument {
  readonly documentId: string
  readonly versionNumber: number | null
  readonly registryId: string | null
}
export interface OpenQuestion {
  readonly id: string
  readonly code: QuestionCode
  /** Ids and codes that the question is about. */
  readonly details: { readonly [key: string]: Json }
  readonly askedAt: Date
}
/** No personal data: what the API shows without the right `read-body`. */
export interface SubmissionView {
  readonly id: string
  readonly organizationId: string
  readonly phase: Phase
  readonly status: Status
  /** Its place among the laboratory's words. */
  readonly standing: Standing
  readonly version: number
  readonly documentId: string
  readonly setId: string
  readonly sourceSystem: string
  readonly sourceId: string
  readonly sourceVersion: number | null
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
    registry: VersionBook
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
    /** Questions refer to it. */
    id: string
    documentId: string
    version: number
    verdict: Verdict
    registryId: string | null
    issues: readonly Issue[]
    /** By the registry's clock. */
    answeredAt: Date
    receivedAt: Date
    via: 'callback' | 'poll' | 'send'
  }[]
  /** What the registry holds of the whole set: the newest such document, disputed ones included. */
  readonly registered: RegisteredDocument | null
  /** What only a person can decide, oldest first. */
  readonly questions: readonly OpenQuestion[]
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

/** What people did, and who they were. */
export interface Audit {
  record(entry: {
    organizationId: string
    actor: string
    action: string
    submissionId?: string
    target?: string
    reason?: string
  }): Promise<void>
  /** A line on the timeline, in a person's name. */
  note(entry: { submissionId: string; actor: string; event: EventDraft }): Promise<void>
}
