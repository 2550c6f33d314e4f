import { randomUUID } from 'node:crypto'
import type { Word } from '../../domain/intake/word.ts'
import type { Report } from '../../domain/report/report.ts'
import { Phase } from '../../domain/submission/phase.ts'
import { priorityOf } from '../../domain/submission/priority.ts'
import { toStatus } from '../../domain/submission/status.ts'
import type { Prisma } from '../../prisma/generated/client.ts'
import type { SealedBlob } from './blob-rows.ts'
import { toJsonColumn } from './columns.ts'
import type { DocumentIdentity, ResultKey } from './document-identity.ts'
import { dropIdentityQuestions } from './identity-questions.ts'
import { addToOutbox, outboxFrom } from './outbox-rows.ts'
import { type SealedPatient, savePatient } from './patient-identity.ts'
import type { AcceptDraft, EventDraft } from './port.ts'
import type { KnownResult } from './result-rows.ts'
import { insertRows, updateSubmission } from './rows.ts'
import type { Statements } from './statements.ts'
import { appendEvent } from './timeline.ts'

/** A draft with everything encrypted, ready for the transaction. */
export interface Accepting {
  readonly draft: AcceptDraft
  readonly key: ResultKey
  readonly word: Word & { readonly cancels: boolean }
  readonly patient: SealedPatient
  readonly blobs: readonly SealedBlob[]
  readonly reportBlobId: string
  readonly identity: DocumentIdentity
  readonly at: Date
}

/** New content of a submission that waits: for its final result, or for a correction. The caller holds the result. */
export async function addVersion(
  tx: Statements,
  accepting: Accepting,
  kind: 'updates' | 'corrects',
  { head, setId, nextNumber }: KnownResult,
): Promise<void> {
  const { draft, patient, at, identity } = accepting
  const { submissionId } = head
  const version = head.currentVersion + 1
  const phase = phaseOf(draft.report)
  const preliminary = phase === Phase.awaitingFinal
  const versionNumber = preliminary ? null : nextNumber
  const documentId = identity.documentIdOf(setId, nextNumber)
  const document = { documentId: preliminary ? randomUUID() : documentId, versionNumber }
  await savePatient(tx, patient, at)
  await dropIdentityQuestions(tx, submissionId, at)
  await updateSubmission(tx, submissionId, {
    ...document,
    version,
    ...backOnItsWay(phase),
    patientId: patient.id,
    sourceVersion: draft.word.version ?? null,
    priority: priorityOf(draft.report.order),
    contentDigest: draft.contentDigest,
    ...(kind === 'updates' ? { policy: toJsonColumn(draft.policy) } : {}),
  })
  const rows = versionRows(accepting, { submissionId, version, setId, ...document })
  await insertRows(tx, 'blob', rows.blob)
  await insertRows(tx, 'submission_version', rows.submission_version)
  const context = { submissionId, version, actor: draft.actor, at }
  await appendEvent(tx, context, kind === 'corrects' ? CORRECTED : updatedEvent(draft))
  if (kind === 'corrects')
    await addToOutbox(tx, [{ kind: 'corrected', submissionId, version, actor: draft.actor }], at)
  else if (!preliminary)
    await tx.$executeRaw`
      WITH entry AS (SELECT ${submissionId}::uuid AS id) ${startFrom(accepting, version)}`
}

/** New content clears what was wrong with the old one. */
export function backOnItsWay(phase: Phase) {
  const status = toStatus(phase, undefined)
  return { phase, status, lastVerdict: null, issues: [], reason: null, waitingUntil: null }
}

const FIRST_PHASE: Readonly<Record<Report['status'], Phase>> = {
  preliminary: Phase.awaitingFinal,
  final: Phase.checkingConsent,
  corrected: Phase.checkingConsent,
  // There is nothing to send.
  cancelled: Phase.cancelled,
}
export const phaseOf = (report: Report) => FIRST_PHASE[report.status]

/** What each version of a submission consists of. */
export function versionRows(
  { draft, word, patient, blobs, reportBlobId, at }: Accepting,
  document: {
    submissionId: string
    version: number
    setId: string
    documentId: string
    versionNumber: number | null
  },
) {
  const { submissionId, version, setId, documentId, versionNumber } = document
  return {
    blob: blobs.map((blob) => ({ ...blob, submissionId, version })),
    submission_version: [
      {
        ...{ submissionId, version, setId, documentId, versionNumber },
        contentDigest: draft.contentDigest,
        patientId: patient.id,
        reportBlobId,
        actor: draft.actor,
        changedFields: [],
        createdAt: at,
        messageIndex: word.messageKey ?? null,
        corrects: word.corrects,
        sourceVersion: word.version ?? null,
        issuedAt: toDate(word.issuedAt),
        sentAt: toDate(word.sentAt),
      },
    ],
  }
}

export const toDate = (time: number | undefined) => (time === undefined ? null : new Date(time))

/** Part of a statement: the outbox row that starts submission `entry.id`. */
export function startFrom({ draft, at }: Accepting, version: number): Prisma.Sql {
  return outboxFrom(
    {
      kind: 'start-submission',
      version,
      organizationId: draft.organizationId,
      analysisCode: draft.report.analysis.code,
      policy: draft.policy,
      priority: priorityOf(draft.report.order),
    },
    at,
  )
}

function updatedEvent({ report, word }: AcceptDraft): EventDraft {
  return {
    type: 'submission.updated',
    text:
      report.status === 'preliminary'
        ? 'Предварительный результат обновлён'
        : 'Получен окончательный результат',
    ...(word.version === undefined ? {} : { details: { sourceVersion: word.version } }),
  }
}
export const CORRECTED: EventDraft = {
  type: 'submission.corrected',
  text: 'Получена исправленная версия результата',
}
