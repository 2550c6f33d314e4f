import { Context } from '@temporalio/activity'
import type { RegistrySubmission, SubmitOutcome } from '../adapters/registries/port.ts'
import type { AttemptDraft, SubmissionCase } from '../adapters/storage/port.ts'
import { type AppError, isAppError } from '../domain/shared/app-error.ts'
import type { Rests, SendOutcome } from '../domain/submission/outcomes.ts'
import { Phase } from '../domain/submission/phase.ts'
import type { StepKey } from '../domain/submission/step.ts'
import { analysesOfDocument } from './covered-analyses.ts'
import type { ActivityDeps } from './deps.ts'
import { askRegistry } from './find-in-registry.ts'
import { type LegalBasis, readLegalBasis } from './legal-basis.ts'
import { type Done, onceFor } from './once.ts'
import { readArtefacts } from './read-artefacts.ts'
import { receiveAnswer } from './receive-answer.ts'
import { stopped } from './stopped.ts'

export interface SendDocumentInput {
  readonly key: StepKey
  readonly timeoutMs: number
}
type Sent = Done<SendOutcome>

/**
 * One send with a stable document id. When this is not the first time the step runs, an earlier run may have reached the
 * registry before its worker died: the registry is asked first, so that a document it has is never taken for unsent. The
 * legal basis is read again directly before the call, and the set of the document asked whether it may leave.
 */
export function createSendDocument(deps: ActivityDeps) {
  return async function sendDocument({ key, timeoutMs }: SendDocumentInput): Promise<SendOutcome> {
    return await onceFor<SendOutcome>(deps.store, key, async (submission) => {
      const { attempt } = Context.current().info
      if (attempt > 1 || key.round > 1) {
        const { found, another } = await askRegistry(deps, submission, timeoutMs)
        if (found.kind !== 'not-found') return alreadyThere(found, another)
      }
      const analyses = analysesOfDocument(submission)
      const basis = await readLegalBasis(deps, { key, submission, analyses })
      if (basis.outcome.kind !== 'active') return withoutBasis(basis.journal)
      const way = await deps.store.cases.claimSend(key)
      if (way.kind === 'changed') return { ...basis.journal, ...CHANGED }
      if (way.kind !== 'clear') return { ...basis.journal, ...stopped(way, submission.phase) }
      return await send(deps, submission, {
        key,
        timeoutMs,
        attempt,
        basis,
        consentId: basis.outcome.consentId,
      })
    })
  }
}

const CHANGED = {
  outcome: { kind: 'changed' },
  patch: { phase: Phase.assembling },
  events: [
    {
      type: 'document.outrun',
      text: 'О прежнем документе стало известно новое: документ формируется заново',
    },
  ],
} as const

interface Send {
  readonly key: StepKey
  readonly timeoutMs: number
  readonly attempt: number
  readonly basis: LegalBasis
  /** The consent may have been replaced since the check: the document travels under the one that holds now. */
  readonly consentId: string | null
}

async function send(deps: ActivityDeps, submission: SubmissionCase, sending: Send): Promise<Sent> {
  const { timeoutMs, basis, consentId } = sending
  const startedAt = deps.now()
  let outcome: SubmitOutcome
  try {
    outcome = await deps
      .registryOf(submission.organization)
      .submit({ submission: await toRegistry(deps, submission, basis), timeoutMs })
  } catch (error) {
    if (isAppError(error)) await recordFailure(deps, sending, error, startedAt)
    throw error
  }
  const requestBlobId = deps.newId()
  const receiptBlobId = deps.newId()
  const facts = { startedAt, finishedAt: deps.now(), requestBlobId, receiptBlobId }
  const rests = newRests(submission, basis)
  const common = {
    ...basis.journal,
    blobs: [
      { id: requestBlobId, kind: 'request', mediaType: 'application/json', bytes: outcome.request },
      { id: receiptBlobId, kind: 'receipt', mediaType: 'application/json', bytes: outcome.receipt },
    ],
  } as const
  switch (outcome.kind) {
    case 'taken':
      return {
        ...common,
        outcome: { kind: 'taken', ...rests },
        attempt: { ...facts, outcome: 'taken', receiptId: outcome.receiptId },
        patch: { phase: Phase.awaitingAcknowledgement, consentId },
        events: [
          {
            type: 'registry.taken',
            text: 'Реестр получил документ, ожидается ответ',
            details: { receiptId: outcome.receiptId },
          },
        ],
      }
    case 'registered': {
      const acknowledgementId = await receiveAnswer(deps, submission, {
        answer: {
          messageId: `submit-${submission.documentId}`,
          documentId: submission.documentId,
          verdict: 'accepted',
          registryId: outcome.registryId,
          issues: [],
          answeredAt: deps.now(),
        },
        raw: outcome.receipt,
        via: 'send',
      })
      return {
        ...common,
        outcome: { kind: 'answered', acknowledgementId, ...rests },
        attempt: { ...facts, outcome: 'registered' },
        patch: { phase: Phase.awaitingAcknowledgement, consentId },
        events: [{ type: 'registry.taken', text: 'Реестр зарегистрировал документ сразу' }],
      }
    }
    case 'refused':
      return {
        ...common,
        unsent: true,
        outcome: { kind: 'refused' },
        attempt: { ...facts, outcome: 'refused' },
        patch: {
          phase: Phase.needsCorrection,
          issues: outcome.issues,
          reason: 'registry-refused',
          consentId,
        },
        events: [
          {
            type: 'registry.refused',
            text: 'Реестр отказался принять документ',
            details: { codes: outcome.issues.map((issue) => issue.code) },
          },
        ],
      }
  }
}

/** The run has to hear of what changes about the consents that its document travelled under. */
function newRests({ consentId }: SubmissionCase, { outcome }: LegalBasis): { rests?: Rests } {
  if (outcome.kind !== 'active' || outcome.consentId === null) return {}
  if (outcome.consentId === consentId && !outcome.others) return {}
  const { others } = outcome
  return { rests: { consentId: outcome.consentId, ...(others && { others }) } }
}

function withoutBasis(journal: LegalBasis['journal']): Sent {
  return {
    ...journal,
    outcome: { kind: 'no-basis' },
    patch: { phase: Phase.checkingConsent },
    events: [
      {
        type: 'consent.lost-before-send',
        text: 'Перед отправкой законное основание не подтвердилось: документ не отправлен',
      },
    ],
  }
}

function alreadyThere(
  known: { kind: 'taken' } | { kind: 'answered'; acknowledgementId: string },
  another: boolean,
): Sent {
  return {
    outcome:
      known.kind === 'taken'
        ? { kind: 'taken' }
        : { kind: 'answered', acknowledgementId: known.acknowledgementId },
    patch: { phase: Phase.awaitingAcknowledgement },
    events: [another ? FOUND_EARLIER : FOUND],
  }
}
const FOUND = { type: 'registry.found', text: 'Реестр подтвердил, что документ у него уже есть' }
const FOUND_EARLIER = {
  type: 'registry.found-earlier',
  text: 'В реестре документ этого результата, сформированный раньше: по решению сотрудника засчитывается ответ о нём',
}

/** A failed try is part of the journal too, under a key of its own, so that the step itself stays open. */
async function recordFailure(
  deps: ActivityDeps,
  { key, attempt, basis }: Send,
  error: AppError,
  startedAt: Date,
): Promise<void> {
  const outcome: AttemptDraft['outcome'] = error.class === 'ambiguous' ? 'unknown' : error.class
  await deps.store.journal.commit({
    ...basis.journal,
    key: { ...key, step: 'attempt', round: key.round * 10_000 + attempt },
    outcome: null,
    attempt: { outcome, code: error.code, startedAt, finishedAt: deps.now() },
    events: [
      {
        type: 'registry.attempt-failed',
        text: 'Попытка отправки не удалась',
        details: { code: error.code, class: error.class, attempt },
      },
    ],
  })
}

async function toRegistry(
  deps: ActivityDeps,
  submission: SubmissionCase,
  { consent }: LegalBasis,
): Promise<RegistrySubmission> {
  const at = { submissionId: submission.submissionId, version: submission.version }
  const personal = (submission.document?.signatures ?? []).filter(
    (signature) => signature.kind === 'personal',
  )
  const [document, ...personalSignatures] = await Promise.all([
    readArtefacts(deps, at, 'document-xml', 'document-pdf', 'signature'),
    ...personal.map(
      async ({ blobId }) => (await deps.store.artefacts.readById(blobId))?.bytes ?? Buffer.alloc(0),
    ),
  ])
  const { id, inn, ogrn, oid } = submission.organization
  return {
    documentId: submission.documentId,
    setId: submission.setId,
    versionNumber: submission.versionNumber,
    replacesDocumentId: submission.replacesDocumentId,
    organization: { id, inn, ogrn, oid },
    analysisType: submission.report.analysis.code,
    performedAt: submission.report.performedAt,
    document: {
      xml: document['document-xml'],
      pdf: document['document-pdf'],
      digest: submission.document?.digest ?? '',
    },
    signature: document.signature,
    personalSignatures,
    consent: consent
      ? { basis: 'consent', number: consent.number, givenAt: consent.givenAt.toISOString() }
      : { basis: 'law' },
  }
}
