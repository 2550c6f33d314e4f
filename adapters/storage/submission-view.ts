import { BLANK, type Entry, toBook } from '../../domain/registry/book.ts'
import { AppError } from '../../domain/shared/app-error.ts'
import type { Issue } from '../../domain/shared/issue.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import { isRegistered } from './books.ts'
import { isUuid } from './columns.ts'
import type { ArtefactKind, SubmissionView, VersionBook } from './port.ts'
import type { Statements } from './statements.ts'

/** Times inside JSON aggregates arrive as text. */
type InJson<T> = {
  [K in keyof T]: T[K] extends Date ? string : T[K] extends Date | null ? string | null : T[K]
}
type Listed = 'versions' | 'attempts' | 'answers' | 'issues' | 'questions'
type ViewRow = Omit<SubmissionView, Listed> & {
  readonly issues: Issue[]
  readonly versions: (InJson<Omit<SubmissionView['versions'][number], 'registry'>> &
    InJson<Entry>)[]
  readonly questions: InJson<SubmissionView['questions'][number]>[]
  readonly attempts: InJson<SubmissionView['attempts'][number]>[]
  readonly answers: InJson<SubmissionView['answers'][number]>[]
  readonly artefacts: ArtefactKind[]
}

/** The whole view of any number of submissions in one statement; `rest` begins with WHERE and speaks of `s`. */
export async function readViews(db: Statements, rest: Prisma.Sql): Promise<SubmissionView[]> {
  const rows = await db.$queryRaw<ViewRow[]>`SELECT ${COLUMNS} FROM submission AS s ${rest}`
  return rows.map(toView)
}

export async function findView(
  db: Statements,
  organizationId: string,
  id: string,
): Promise<SubmissionView | undefined> {
  if (!isUuid(id)) return undefined
  const rest = Prisma.sql`WHERE s.id = ${id}::uuid AND s.organization_id = ${organizationId}`
  return (await readViews(db, rest))[0]
}

/** Errors: AppError `submission-not-found`. */
export async function readView(
  db: Statements,
  organizationId: string,
  id: string,
): Promise<SubmissionView> {
  const view = await findView(db, organizationId, id)
  if (!view) throw new AppError('submission-not-found', 'permanent')
  return view
}

type Dated = 'receivedAt' | 'updatedAt' | 'revision'
type Sourced = 'sourceSystem' | 'sourceId' | 'sourceVersion' | 'analysisCode'
type Numbered =
  | 'id'
  | 'organizationId'
  | 'phase'
  | 'status'
  | 'standing'
  | 'version'
  | 'documentId'
  | 'setId'
/** Of its row, what the view shows. */
type NewSubmission = Pick<SubmissionView, Numbered | Sourced | Dated> & {
  readonly contentDigest: string
  readonly replacesId: string | null
  readonly reason: string | null
}

/** A submission of one version shows like this the moment it was written: its writer need not ask for it. */
export function toFirstView(
  row: NewSubmission,
  actor: string,
  blobs: readonly { readonly kind: string }[],
): SubmissionView {
  const { id, organizationId, phase, status, standing, version, documentId, setId, reason } = row
  const { sourceSystem, sourceId, sourceVersion, analysisCode } = row
  const { receivedAt, updatedAt, revision, contentDigest } = row
  const first = { version, documentId, contentDigest, createdAt: receivedAt, actor }
  return {
    ...{ id, organizationId, phase, status, standing, version, documentId, setId },
    ...{ sourceSystem, sourceId, sourceVersion, analysisCode },
    ...{ receivedAt, updatedAt, revision },
    replaces: row.replacesId,
    ...{ replacedBy: null, lastVerdict: null, issues: [], reason },
    ...{ waitingUntil: null, registryId: null, retainUntil: null, holdReason: null },
    versions: [{ ...first, changedFields: [], reason: null, registry: toVersionBook(BLANK) }],
    registered: null,
    questions: [],
    attempts: [],
    answers: [],
    artefacts: blobs.map(({ kind }) => kind as ArtefactKind).sort(),
  }
}

const COLUMNS = Prisma.sql`
  s.id, s.organization_id AS "organizationId", s.phase, s.status, s.standing, s.version, s.document_id AS "documentId",
  s.set_id AS "setId", s.source_system AS "sourceSystem", s.source_id AS "sourceId",
  s.source_version AS "sourceVersion", s.analysis_code AS "analysisCode", s.replaces_id AS "replaces",
  (SELECT id FROM submission WHERE replaces_id = s.id) AS "replacedBy",
  s.last_verdict AS "lastVerdict", s.issues, s.reason, s.waiting_until AS "waitingUntil",
  s.registry_id AS "registryId", s.retain_until AS "retainUntil", s.hold_reason AS "holdReason",
  s.received_at AS "receivedAt", s.updated_at AS "updatedAt", s.revision,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('version', version, 'documentId', document_id,
      'contentDigest', content_digest, 'createdAt', created_at, 'actor', actor, 'changedFields', changed_fields,
      'reason', reason, 'leftAt', left_at, 'withdrawnAt', withdrawn_at, 'verdict', verdict, 'registryId', registry_id,
      'disputed', disputed) ORDER BY version), '[]')
    FROM submission_version WHERE submission_id = s.id) AS "versions",
  (SELECT jsonb_build_object('documentId', v.document_id, 'versionNumber', v.version_number, 'registryId', v.registry_id)
    FROM submission_version AS v WHERE v.set_id = s.set_id AND ${isRegistered('v')}
    ORDER BY v.version_number DESC LIMIT 1) AS "registered",
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'code', code, 'details', details, 'askedAt', asked_at)
      ORDER BY asked_at, id), '[]')
    FROM question WHERE submission_id = s.id AND decided_at IS NULL) AS "questions",
  (SELECT coalesce(jsonb_agg(jsonb_build_object('version', version, 'outcome', outcome, 'code', code,
      'receiptId', receipt_id, 'startedAt', started_at, 'finishedAt', finished_at) ORDER BY id), '[]')
    FROM attempt WHERE submission_id = s.id) AS "attempts",
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'documentId', document_id, 'version', version, 'verdict', verdict,
      'registryId', registry_id, 'issues', issues, 'answeredAt', answered_at, 'receivedAt', received_at, 'via', via) ORDER BY seq), '[]')
    FROM acknowledgement WHERE submission_id = s.id) AS "answers",
  (SELECT coalesce(jsonb_agg(kind ORDER BY kind), '[]')
    FROM (SELECT DISTINCT kind FROM blob WHERE submission_id = s.id) AS kinds) AS "artefacts"`

function toView(row: ViewRow): SubmissionView {
  return {
    ...row,
    versions: row.versions.map(toVersion),
    questions: row.questions.map((entry) => ({ ...entry, askedAt: new Date(entry.askedAt) })),
    attempts: row.attempts.map((entry) => ({
      ...entry,
      startedAt: new Date(entry.startedAt),
      finishedAt: new Date(entry.finishedAt),
    })),
    answers: row.answers.map((entry) => ({
      ...entry,
      answeredAt: new Date(entry.answeredAt),
      receivedAt: new Date(entry.receivedAt),
    })),
  }
}

function toVersion(row: ViewRow['versions'][number]): SubmissionView['versions'][number] {
  const { leftAt, withdrawnAt, verdict, registryId, disputed, ...version } = row
  const entry = { leftAt: toDate(leftAt), withdrawnAt: toDate(withdrawnAt), verdict, registryId }
  return {
    ...version,
    createdAt: new Date(version.createdAt),
    registry: toVersionBook({ ...entry, disputed }),
  }
}

function toVersionBook(entry: Entry): VersionBook {
  const book = toBook(entry)
  const { state } = book
  const believed = book.state === 'contradicted' ? book.believed.state : book.state
  const { leftAt, withdrawnAt, verdict, registryId } = entry
  return { state, believed, verdict, registryId, leftAt, withdrawnAt }
}

function toDate(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}
