import { Prisma } from '../../prisma/generated/client.ts'
import { createAccept } from './accept.ts'
import { isUuid } from './columns.ts'
import { createAddCorrection } from './correction.ts'
import { askAboutIdentity, toIdentityWarnings } from './identity-questions.ts'
import { parseCursor, toCursor } from './list-cursor.ts'
import { openView } from './open-view.ts'
import type { StoreParts } from './parts.ts'
import type { SubmissionFilter, Submissions, TimelineEvent } from './port.ts'
import { findView, readViews } from './submission-view.ts'

export function createSubmissions(parts: StoreParts): Submissions {
  const { database, sealer, now } = parts
  const accept = createAccept(parts)
  return {
    async accept(draft) {
      const acceptance = await accept(draft)
      const submission = await openView(sealer, acceptance.submission)
      if (acceptance.kind === 'repeated') return { ...acceptance, submission, warnings: [] }
      // Asked again by whoever claims a send: a crash in between loses the warning alone.
      const codes = await database.writeOne((db) => askAboutIdentity(db, submission.id, now()))
      return { ...acceptance, submission, warnings: toIdentityWarnings(codes) }
    },
    addCorrection: createAddCorrection(parts),
    async find(organizationId, id) {
      const view = await database.read((db) => findView(db, organizationId, id))
      return view && openView(sealer, view)
    },
    async list(organizationId, filter) {
      const where = Prisma.join(conditions(organizationId, filter), ' AND ')
      // One row more than asked for tells whether there is a next page.
      const rows = await database.read((db) =>
        readViews(
          db,
          Prisma.sql`WHERE ${where} ORDER BY s.received_at DESC, s.id DESC LIMIT ${filter.limit + 1}`,
        ),
      )
      const items = await Promise.all(
        rows.slice(0, filter.limit).map((view) => openView(sealer, view)),
      )
      const last = items.at(-1)
      return { items, nextCursor: last && rows.length > items.length ? toCursor(last) : null }
    },
    async events(organizationId, submissionId, after) {
      if (!isUuid(submissionId)) return []
      return database.read(
        (db) => db.$queryRaw<TimelineEvent[]>`
          SELECT e.seq, e.at, e.version, e.type, e.text, e.actor, e.details
          FROM submission AS s JOIN event AS e ON e.submission_id = s.id
          WHERE s.id = ${submissionId}::uuid AND s.organization_id = ${organizationId} AND e.seq > ${after}
          ORDER BY e.seq`,
      )
    },
  }
}

/** `from` is included, `to` is not; both are times of receipt. */
function conditions(organizationId: string, filter: SubmissionFilter): Prisma.Sql[] {
  const { status, phase, analysis, sourceSystem, sourceId, from, to, cursor } = filter
  const found = [Prisma.sql`s.organization_id = ${organizationId}`]
  if (status) found.push(Prisma.sql`s.status = ${status}`)
  if (phase) found.push(Prisma.sql`s.phase = ${phase}`)
  if (analysis) found.push(Prisma.sql`s.analysis_code = ${analysis}`)
  if (sourceSystem) found.push(Prisma.sql`s.source_system = ${sourceSystem}`)
  if (sourceId) found.push(Prisma.sql`s.source_id = ${sourceId}`)
  if (from) found.push(Prisma.sql`s.received_at >= ${from}`)
  if (to) found.push(Prisma.sql`s.received_at < ${to}`)
  if (cursor) {
    const { receivedAt, id } = parseCursor(cursor)
    found.push(Prisma.sql`(s.received_at, s.id) < (${receivedAt}, ${id}::uuid)`)
  }
  return found
}
