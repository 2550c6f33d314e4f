import { randomUUID } from 'node:crypto'
import type { Report } from '../../domain/report/report.ts'
import { Phase } from '../../domain/submission/phase.ts'
import { priorityOf } from '../../domain/submission/priority.ts'
import { toStatus } from '../../domain/submission/status.ts'
import type { KnownSubmission } from './acceptance-rule.ts'
import type { SealedBlob } from './blob-rows.ts'
import { toJsonColumn } from './columns.ts'
import { type DocumentIdentity, type ResultKey, unlessTaken } from './document-identity.ts'
import { addToOutbox } from './outbox-rows.ts'
import { type SealedPatient, savePatient } from './patient-identity.ts'
import type { AcceptDraft, EventDraft, OutboxMessage } from './port.ts'
import { insertRows, updateSubmission } from './rows.ts'
import type { Statements } from './statements.ts'
import { appendEvent, toEventRows } from './timeline.ts'

/** A draft with everything encrypted, ready for the transaction. */
export interface Accepting {
  readonly draft: AcceptDraft
  readonly patient: SealedPatient
  readonly blobs: readonly SealedBlob[]
  readonly reportBlobId: string
  readonly identity: DocumentIdentity
  readonly at: Date
}

/** A new submission, or one that takes the place of `replaced` in its set. */
export async function create(
  tx: Statements,
  accepting: Accepting,
  sourceVersion: number,
  replaced?: KnownSubmission,
): Promise<string> {
  const { draft, patient, at } = accepting
  const { organizationId, contentDigest, report } = draft
  const id = randomUUID()
  const versionNumber = (replaced?.versionNumber ?? 0) + 1
  const wanted = documentIdOf(accepting, versionNumber)
  const document = { documentId: replaced ? await unlessTaken(tx, wanted) : wanted, versionNumber }
  const phase = phaseOf(report)
  await savePatient(tx, patient, at)
  await insertRows(tx, 'submission', [
    {
      id,
      organizationId,
      patientId: patient.id,
      sourceSystem: report.source.system,
      sourceId: report.source.resultId,
      sourceVersion,
      analysisCode: report.analysis.code,
      phase,
      status: toStatus(phase, undefined),
      version: 1,
      ...document,
      contentDigest,
      setId: replaced?.setId ?? accepting.identity.setIdOf(resultOf(draft)),
      replacesId: replaced?.id ?? null,
      priority: priorityOf(report.order),
      policy: toJsonColumn(draft.policy),
      eventSeq: 1,
      revision: 1,
      receivedAt: at,
      updatedAt: at,
    },
  ])
  await writeVersion(tx, accepting, { submissionId: id, version: 1, ...document })
  const context = { submissionId: id, version: 1, actor: draft.actor, at }
  await insertRows(tx, 'event', toEventRows(context, 0, [acceptedEvent(draft, replaced)]))
  if (phase !== Phase.awaitingFinal) await addStart(tx, accepting, id, 1)
  return id
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
  await writeVersion(tx, accepting, { submissionId: known.id, version, ...document })
  const context = { submissionId: known.id, version, actor: draft.actor, at }
  await appendEvent(tx, context, kind === 'corrects' ? CORRECTED : updatedEvent(draft))
  if (kind === 'corrects')
    await addToOutbox(
      tx,
      [{ kind: 'corrected', submissionId: known.id, version, actor: draft.actor }],
      at,
    )
  else if (phase !== Phase.awaitingFinal) await addStart(tx, accepting, known.id, version)
}

/** New content clears what was wrong with the old one. */
export function backOnItsWay(phase: Phase) {
  const status = toStatus(phase, undefined)
  return { phase, status, lastVerdict: null, issues: [], reason: null, waitingUntil: null }
}

const phaseOf = (report: Report) =>
  report.status === 'preliminary' ? Phase.awaitingFinal : Phase.checkingConsent

/** What is preliminary never leaves: its id is taken by the final result of the same number. */
function documentIdOf({ draft, identity }: Accepting, versionNumber: number): string {
  if (draft.report.status === 'preliminary') return randomUUID()
  return identity.documentIdOf(resultOf(draft), versionNumber)
}

const resultOf = ({ organizationId, report }: AcceptDraft): ResultKey => ({
  organizationId,
  system: report.source.system,
  resultId: report.source.resultId,
})

async function writeVersion(
  tx: Statements,
  { draft, blobs, reportBlobId, at }: Accepting,
  document: { submissionId: string; version: number; documentId: string; versionNumber: number },
): Promise<void> {
  const { submissionId, version } = document
  await insertRows(
    tx,
    'blob',
    blobs.map((blob) => ({ ...blob, submissionId, version })),
  )
  await insertRows(tx, 'submission_version', [
    {
      ...document,
      contentDigest: draft.contentDigest,
      reportBlobId,
      actor: draft.actor,
      changedFields: [],
      createdAt: at,
    },
  ])
}

/** The route is the organisation's: read in the same statement, it costs no round trip. */
async function addStart(
  tx: Statements,
  { draft, at }: Accepting,
  submissionId: string,
  version: number,
): Promise<void> {
  const message: Omit<Extract<OutboxMessage, { kind: 'start-submission' }>, 'registry'> = {
    kind: 'start-submission',
    submissionId,
    version,
    organizationId: draft.organizationId,
    analysisCode: draft.report.analysis.code,
    policy: draft.policy,
    priority: priorityOf(draft.report.order),
  }
  await tx.$executeRaw`
    INSERT INTO outbox (submission_id, message, is_start, organization_id, priority, due_at, created_at)
    SELECT ${submissionId}::uuid, ${JSON.stringify(message)}::jsonb || jsonb_build_object('registry', registry),
      true, id, ${message.priority}, ${at}, ${at}
    FROM organization WHERE id = ${draft.organizationId}`
}

function acceptedEvent(draft: AcceptDraft, replaced: KnownSubmission | undefined): EventDraft {
  const { source, status } = draft.report
  return {
    type: 'submission.accepted',
    text:
      status === 'preliminary'
        ? 'Принят предварительный результат, ожидается окончательный'
        : 'Результат принят',
    details: {
      sourceSystem: source.system,
      sourceVersion: source.version,
      ...(replaced ? { replaces: replaced.id } : {}),
    },
  }
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
