import { randomUUID } from 'node:crypto'
import { Phase } from '../../domain/submission/phase.ts'
import { priorityOf } from '../../domain/submission/priority.ts'
import { toStatus } from '../../domain/submission/status.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import type { KnownSubmission } from './acceptance-rule.ts'
import {
  type Accepting,
  documentIdOf,
  phaseOf,
  resultOf,
  startFrom,
  versionRows,
} from './acceptance-writes.ts'
import { toJsonColumn } from './columns.ts'
import { unlessTaken } from './document-identity.ts'
import { patientParts } from './patient-identity.ts'
import type { AcceptDraft, EventDraft, SubmissionView } from './port.ts'
import { insertsFrom, namedParts, partsInOrder } from './rows.ts'
import type { Statements } from './statements.ts'
import { toFirstView } from './submission-view.ts'
import { toEventRows } from './timeline.ts'

/**
 * The usual case, a result never seen before: one round trip, and a transaction by itself. Undefined: its source key is
 * known, and nothing was written. What appears at the same moment shows as a taken unique key.
 */
export async function createUnlessKnown(
  db: Statements,
  accepting: Accepting,
): Promise<SubmissionView | undefined> {
  const { organizationId, system, resultId } = resultOf(accepting.draft)
  const isNew = Prisma.sql`NOT EXISTS (SELECT 1 FROM submission
    WHERE organization_id = ${organizationId} AND source_system = ${system} AND source_id = ${resultId})`
  const documentId = documentIdOf(accepting, 1)
  const { version: sourceVersion } = accepting.draft.report.source
  return write(db, accepting, { sourceVersion, documentId, versionNumber: 1 }, isNew)
}

/** Takes the place of `replaced` in its set. The caller holds its row. */
export async function createInPlaceOf(
  tx: Statements,
  accepting: Accepting,
  sourceVersion: number,
  replaced: KnownSubmission,
): Promise<SubmissionView> {
  const versionNumber = replaced.versionNumber + 1
  const documentId = await unlessTaken(tx, documentIdOf(accepting, versionNumber))
  const place = { sourceVersion, documentId, versionNumber, replaced }
  const view = await write(tx, accepting, place, Prisma.sql`true`)
  if (!view) throw new Error('nothing written')
  return view
}

interface Place {
  readonly sourceVersion: number
  readonly documentId: string
  readonly versionNumber: number
  readonly replaced?: KnownSubmission
}

/** Everything that a new submission begins with, as one statement, if `condition` holds. */
async function write(
  db: Statements,
  accepting: Accepting,
  place: Place,
  condition: Prisma.Sql,
): Promise<SubmissionView | undefined> {
  const { draft, patient, at } = accepting
  const { documentId, versionNumber, replaced } = place
  const submission = submissionRow(accepting, place)
  const { id: submissionId, version } = submission
  const context = { submissionId, version, actor: draft.actor, at }
  const { blob, ...versions } = versionRows(accepting, {
    submissionId,
    version,
    documentId,
    versionNumber,
  })
  const rows = {
    submission: [submission],
    ...versions,
    event: toEventRows(context, 0, [acceptedEvent(draft, replaced)]),
  }
  const start = submission.phase === Phase.awaitingFinal ? [] : [startFrom(accepting, version)]
  const written = await db.$queryRaw<unknown[]>`
    WITH entry AS (SELECT ${submissionId}::uuid AS id WHERE ${condition}),
    ${patientParts(patient, at)}
    ${partsInOrder('blob', blob)}
    ${namedParts([...insertsFrom(rows), ...start])}
    SELECT 1 FROM entry`
  if (written.length === 0) return undefined
  return toFirstView(submission, draft.actor, blob)
}

function submissionRow(accepting: Accepting, { replaced, ...numbers }: Place) {
  const { draft, at } = accepting
  const { organizationId, contentDigest, report } = draft
  const phase = phaseOf(report)
  return {
    ...numbers,
    id: randomUUID(),
    organizationId,
    patientId: accepting.patient.id,
    sourceSystem: report.source.system,
    sourceId: report.source.resultId,
    analysisCode: report.analysis.code,
    phase,
    status: toStatus(phase, undefined),
    version: 1,
    contentDigest,
    setId: replaced?.setId ?? accepting.identity.setIdOf(resultOf(draft)),
    replacesId: replaced?.id ?? null,
    priority: priorityOf(report.order),
    policy: toJsonColumn(draft.policy),
    eventSeq: 1,
    revision: 1,
    receivedAt: at,
    updatedAt: at,
  } satisfies Prisma.SubmissionCreateManyInput
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
