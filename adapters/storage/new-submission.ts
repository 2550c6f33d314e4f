import { randomUUID } from 'node:crypto'
import type { Standing } from '../../domain/intake/standing.ts'
import { Phase } from '../../domain/submission/phase.ts'
import { priorityOf } from '../../domain/submission/priority.ts'
import { toStatus } from '../../domain/submission/status.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import { type Accepting, phaseOf, startFrom, versionRows } from './acceptance-writes.ts'
import { toJsonColumn } from './columns.ts'
import { patientParts } from './patient-identity.ts'
import type { EventDraft, SubmissionView } from './port.ts'
import { type KnownResult, newResult } from './result-rows.ts'
import { insertFrom, insertsFrom, namedParts, partsInOrder } from './rows.ts'
import type { Statements } from './statements.ts'
import { toFirstView } from './submission-view.ts'
import { toEventRows } from './timeline.ts'

/** Where a new submission stands: what of it does not follow from its report. */
interface Place {
  readonly resultId: string
  readonly setId: string
  readonly documentId: string
  /** Null: nothing of it travels. */
  readonly versionNumber: number | null
  readonly replacesId: string | null
  readonly standing: Standing
  readonly phase: Phase
  readonly reason: string | null
}

/**
 * The usual case, a result never seen before: one round trip, and a transaction by itself. Undefined: the result is known,
 * and nothing was written. Two that appear at one moment race for the row of the result.
 */
export async function createUnlessKnown(
  db: Statements,
  accepting: Accepting,
): Promise<SubmissionView | undefined> {
  return createInNewSet(db, accepting, 1)
}

/** The first of a set: of a new result, or of one that turned out to be another one than was thought. */
export async function createInNewSet(
  db: Statements,
  accepting: Accepting,
  generation: number,
): Promise<SubmissionView | undefined> {
  const { identity, key } = accepting
  const setId = identity.setIdOf(key, generation)
  const place: Place = {
    ...{ resultId: randomUUID(), setId, ...numbered(accepting, setId, 1) },
    ...({ replacesId: null, standing: 'current' } as const),
    ...wayOf(accepting),
  }
  const id = randomUUID()
  const entry = newResult(key, { id: place.resultId, setId, headId: id, generation }, accepting.at)
  return write(db, accepting, id, place, entry)
}

/** The next of a set, in the place of the last. The caller holds the result and has released the place. */
export async function createInPlaceOf(
  tx: Statements,
  accepting: Accepting,
  { resultId, setId, head, nextNumber }: KnownResult,
): Promise<SubmissionView> {
  const id = randomUUID()
  const view = await write(
    tx,
    accepting,
    id,
    {
      ...{ resultId, setId, ...numbered(accepting, setId, nextNumber) },
      ...({ replacesId: head.submissionId, standing: 'current' } as const),
      ...wayOf(accepting),
    },
    only(id),
  )
  await tx.$executeRaw`UPDATE result SET head_id = ${id}::uuid WHERE id = ${resultId}::uuid`
  return written(view)
}

/** Recorded beside the set: it waits for a decision, or was too old when it came. */
export async function createAside(
  tx: Statements,
  accepting: Accepting,
  { resultId, setId, head }: KnownResult,
  standing: 'contested' | 'outdated',
): Promise<SubmissionView> {
  const id = randomUUID()
  const phase = standing === 'contested' ? Phase.awaitingDecision : Phase.cancelled
  const place: Place = {
    ...{ resultId, setId, documentId: randomUUID(), versionNumber: null, replacesId: null },
    ...{ standing, phase, reason: standing === 'contested' ? 'which-word' : standing },
  }
  const details = toJsonColumn({ head: head.submissionId })
  const question = { id: randomUUID(), submissionId: id, code: 'which-word', details }
  const asked = [insertFrom('question', { ...question, askedAt: accepting.at })]
  const parts = standing === 'contested' ? asked : []
  return written(await write(tx, accepting, id, place, only(id), parts))
}

const only = (id: string) => Prisma.sql`entry AS (SELECT ${id}::uuid AS id)`

function written(view: SubmissionView | undefined): SubmissionView {
  if (!view) throw new Error('nothing written')
  return view
}

/** What is preliminary or taken back never leaves: its number is taken by what the laboratory says next. */
function numbered({ draft, identity }: Accepting, setId: string, next: number) {
  const { status } = draft.report
  return status === 'preliminary' || status === 'cancelled'
    ? { documentId: randomUUID(), versionNumber: null }
    : { documentId: identity.documentIdOf(setId, next), versionNumber: next }
}

function wayOf({ draft }: Accepting) {
  const phase = phaseOf(draft.report)
  return { phase, reason: phase === Phase.cancelled ? 'cancelled-by-laboratory' : null }
}

/** Everything that a new submission begins with, as one statement, if there is an `entry`. */
async function write(
  db: Statements,
  accepting: Accepting,
  id: string,
  place: Place,
  entry: Prisma.Sql,
  parts: readonly Prisma.Sql[] = [],
): Promise<SubmissionView | undefined> {
  const { draft, patient, at } = accepting
  const submission = submissionRow(accepting, id, place)
  const { version } = submission
  const context = { submissionId: id, version, actor: draft.actor, at }
  const { blob, ...versions } = versionRows(accepting, { submissionId: id, version, ...place })
  const rows = {
    submission: [submission],
    ...versions,
    event: toEventRows(context, 0, [acceptedEvent(draft, place)]),
  }
  const start = place.phase === Phase.checkingConsent ? [startFrom(accepting, version)] : []
  const done = await db.$queryRaw<unknown[]>`
    WITH ${entry},
    ${patientParts(patient, at)}
    ${partsInOrder('blob', blob)}
    ${namedParts([...insertsFrom(rows), ...parts, ...start])}
    SELECT 1 FROM entry`
  if (done.length === 0) return undefined
  return toFirstView(submission, draft.actor, blob)
}

function submissionRow(accepting: Accepting, id: string, place: Place) {
  const { draft, at } = accepting
  const { organizationId, contentDigest, report, word } = draft
  return {
    ...place,
    id,
    organizationId,
    patientId: accepting.patient.id,
    sourceSystem: report.source.system,
    sourceId: report.source.resultId,
    sourceVersion: word.version ?? null,
    analysisCode: report.analysis.code,
    status: toStatus(place.phase, undefined),
    version: 1,
    contentDigest,
    priority: priorityOf(report.order),
    policy: toJsonColumn(draft.policy),
    eventSeq: 1,
    revision: 1,
    receivedAt: at,
    updatedAt: at,
  } satisfies Prisma.SubmissionCreateManyInput
}

const ACCEPTED: Partial<Record<Phase, string>> = {
  [Phase.awaitingFinal]: 'Принят предварительный результат, ожидается окончательный',
  [Phase.awaitingDecision]: 'Результат записан: неясно, какое сообщение лаборатории последнее',
}

function acceptedEvent(
  { report, word }: Accepting['draft'],
  { phase, standing, replacesId }: Place,
): EventDraft {
  const late = 'Записано сообщение старше последнего: не отправляется'
  const taken = 'Лаборатория отозвала результат'
  return {
    type: 'submission.accepted',
    text:
      standing === 'outdated'
        ? late
        : (ACCEPTED[phase] ?? (phase === Phase.cancelled ? taken : 'Результат принят')),
    details: {
      sourceSystem: report.source.system,
      ...(word.version === undefined ? {} : { sourceVersion: word.version }),
      ...(replacesId === null ? {} : { replaces: replacesId }),
    },
  }
}
