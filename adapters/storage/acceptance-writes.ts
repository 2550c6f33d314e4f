import { randomUUID } from 'node:crypto'
import type { Report } from '../../domain/report/report.ts'
import { Phase } from '../../domain/submission/phase.ts'
import { priorityOf } from '../../domain/submission/priority.ts'
import { toStatus } from '../../domain/submission/status.ts'
import type { Prisma } from '../../prisma/generated/client.ts'
import type { KnownSubmission } from './acceptance-rule.ts'
import type { SealedBlob } from './blob-rows.ts'
import { toJsonColumn } from './columns.ts'
import { type DocumentIdentity, type ResultKey, unlessTaken } from './document-identity.ts'
import { addToOutbox, outboxFrom } from './outbox-rows.ts'
import { type SealedPatient, savePatient } from './patient-identity.ts'
import type { AcceptDraft, EventDraft } from './port.ts'
import { insertRows, updateSubmission } from './rows.ts'
import type { Statements } from './statements.ts'
import { appendEvent } from './timeline.ts'

/** A draft with everything encrypted, ready for the transaction. */
export interface Accepting {
  readonly draft: AcceptDraft
  readonly patient: SealedPatient
  readonly blobs: readonly SealedBlob[]
  readonly reportBlobId: string
  readonly identity: DocumentIdentity
  readonly at: Date
}

/** New content of a submission that waits: for its final result, or for a correction. */
export async function addVersion(
  tx: Statements,
  accepting: Accepting,
  kind: 'updated' | 'corrects',
  known: KnownSubmission,
): Promise<void> {
  const { draft, patient, at } = accepting
  const version = known.version + 1
  const phase = phaseOf(draft.report)
  // A preliminary result was never numbered toward the registry: only a correction takes the next number.
  const versionNumber = known.versionNumber + (kind === 'corrects' ? 1 : 0)
  const documentId = await unlessTaken(tx, documentIdOf(accepting, versionNumber))
  const document = { documentId, versionNumber }
  await savePatient(tx, patient, at)
  await updateSubmission(tx, known.id, {
    ...document,
    version,
    ...backOnItsWay(phase),
    patientId: patient.id,
    sourceVersion: draft.report.source.version,
    analysisCode: draft.report.analysis.code,
    priority: priorityOf(draft.report.order),
    contentDigest: draft.contentDigest,
    ...(kind === 'updated' ? { policy: toJsonColumn(draft.policy) } : {}),
  })
  const rows = versionRows(accepting, { submissionId: known.id, version, ...document })
  await insertRows(tx, 'blob', rows.blob)
  await insertRows(tx, 'submission_version', rows.submission_version)
  const context = { submissionId: known.id, version, actor: draft.actor, at }
  await appendEvent(tx, context, kind === 'corrects' ? CORRECTED : updatedEvent(draft))
  if (kind === 'corrects')
    await addToOutbox(
      tx,
      [{ kind: 'corrected', submissionId: known.id, version, actor: draft.actor }],
      at,
    )
  else if (phase !== Phase.awaitingFinal)
    await tx.$executeRaw`
      WITH entry AS (SELECT ${known.id}::uuid AS id) ${startFrom(accepting, version)}`
}

/** New content clears what was wrong with the old one. */
export function backOnItsWay(phase: Phase) {
  const status = toStatus(phase, undefined)
  return { phase, status, lastVerdict: null, issues: [], reason: null, waitingUntil: null }
}

export const phaseOf = (report: Report) =>
  report.status === 'preliminary' ? Phase.awaitingFinal : Phase.checkingConsent

/** What is preliminary never leaves: its id is taken by the final result of the same number. */
export function documentIdOf({ draft, identity }: Accepting, versionNumber: number): string {
  if (draft.report.status === 'preliminary') return randomUUID()
  return identity.documentIdOf(resultOf(draft), versionNumber)
}

export const resultOf = ({ organizationId, report }: AcceptDraft): ResultKey => ({
  organizationId,
  system: report.source.system,
  resultId: report.source.resultId,
})

/** What each version of a submission consists of. */
export function versionRows(
  { draft, blobs, reportBlobId, at }: Accepting,
  document: { submissionId: string; version: number; documentId: string; versionNumber: number },
) {
  const { submissionId, version } = document
  return {
    blob: blobs.map((blob) => ({ ...blob, submissionId, version })),
    submission_version: [
      {
        ...document,
        contentDigest: draft.contentDigest,
        reportBlobId,
        actor: draft.actor,
        changedFields: [],
        createdAt: at,
      },
    ],
  }
}

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

function updatedEvent(draft: AcceptDraft): EventDraft {
  return {
    type: 'submission.updated',
    text:
      draft.report.status === 'preliminary'
        ? 'Предварительный результат обновлён'
        : 'Получен окончательный результат',
    details: { sourceVersion: draft.report.source.version },
  }
}
export const CORRECTED: EventDraft = {
  type: 'submission.corrected',
  text: 'Получена исправленная версия результата',
}
