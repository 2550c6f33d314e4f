import { Priority } from '../../domain/submission/priority.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import { isDue } from './outbox-rows.ts'
import type { StoreParts } from './parts.ts'
import type { OutboxMessage, StartPlaces, Starts } from './port.ts'

/** A result that has not moved for so long waits for something outside, and must not hold others back. */
const MOVED_WITHIN_MS = 5_000

/** As the partial index says it, word for word. The call of the registry and what waits for its answer are left out. */
const WORKED_ON = Prisma.sql`phase IN ('checking-consent', 'assembling', 'signing', 'notifying')`

/** The state is in every row; the rest is null where nothing was taken. */
interface Row {
  readonly inFlight: number
  readonly more: boolean
  readonly id: bigint | null
  readonly message: OutboxMessage
  readonly tries: number
}

/**
 * Admission is asked of the database, so that it holds for several copies of the API. What it reads is what is being
 * worked on and, of each organisation, no more rows than places are free: the length of the queue does not count.
 */
export function createStarts({ database, now }: StoreParts): Starts {
  return {
    async claim(places, leaseMs) {
      const at = now()
      const rows = await database.read((db) =>
        db.$queryRaw<Row[]>(claimStatement(places, at, new Date(at.getTime() + leaseMs))),
      )
      const entries = rows
        .flatMap(({ id, message, tries }) => (id === null ? [] : [{ id, message, tries }]))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map(({ id, ...entry }) => ({ id: String(id), ...entry }))
      return { entries, inFlight: rows[0]?.inFlight ?? 0, more: rows[0]?.more ?? false }
    },
    async waiting() {
      const rows = await database.read(
        (db) => db.$queryRaw<{ count: number }[]>`
          SELECT count(*)::int AS count FROM outbox WHERE is_start AND delivered_at IS NULL`,
      )
      return rows[0]?.count ?? 0
    },
  }
}

/** Numbers as lists, not joins: the planner would expect many and read the whole table. */
export function claimStatement(places: StartPlaces, at: Date, leasedUntil: Date): Prisma.Sql {
  return Prisma.sql`
    WITH working AS (${working(new Date(at.getTime() - MOVED_WITHIN_MS))}),
    busy AS (
      SELECT coalesce(sum(busy) FILTER (WHERE priority = ${Priority.urgent}), 0) + ${places.heldUrgent}::int AS urgent,
        coalesce(sum(busy) FILTER (WHERE priority <> ${Priority.urgent}), 0) + ${places.heldRoutine}::int AS routine
      FROM working),
    room AS (
      SELECT ${Priority.urgent}::int AS priority, greatest(0, ${places.places}::int - urgent) AS free FROM busy
      UNION ALL
      SELECT ${Priority.routine}::int, greatest(0, ${places.places}::int - 2 * urgent - routine, 1 - routine) FROM busy),
    queue AS (${queue(at)}),
    locked AS (
      SELECT id FROM outbox WHERE id = ANY(ARRAY(SELECT id FROM queue WHERE turn <= free))
        AND delivered_at IS NULL AND ${isDue(at)}
      FOR UPDATE SKIP LOCKED),
    taken AS (
      UPDATE outbox SET due_at = ${leasedUntil}, tries = tries + 1 WHERE id = ANY(ARRAY(SELECT id FROM locked))
      RETURNING id, message, tries - 1 AS tries)
    SELECT (SELECT coalesce(sum(busy), 0)::int FROM working) AS "inFlight",
      EXISTS (SELECT 1 FROM queue WHERE turn > free) AS more, taken.*
    FROM (SELECT 1) AS always LEFT JOIN taken ON true`
}

/** How many results of each organisation are on their way: moved, or started, a moment ago. */
function working(since: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT organization_id, priority, count(*) AS busy
    FROM submission JOIN (
      SELECT s.id FROM submission AS s WHERE s.${WORKED_ON} AND s.updated_at > ${since} AND NOT EXISTS (
        SELECT 1 FROM outbox WHERE submission_id = s.id AND is_start AND delivered_at IS NULL)
      UNION
      SELECT submission_id FROM outbox WHERE is_start AND delivered_at > ${since}) AS moving USING (id)
    WHERE ${WORKED_ON} GROUP BY organization_id, priority`
}

/**
 * The next place goes to the organisation with the fewest results on their way, and within it to the oldest. A draw
 * decides between equals: by age, one with a long backlog would be first for as long as that lasts.
 */
function queue(at: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT head.id, room.free, row_number() OVER (
      PARTITION BY room.priority ORDER BY head.place + coalesce(working.busy, 0), o.draw, head.id) AS turn
    FROM (SELECT id, random() AS draw FROM organization) AS o CROSS JOIN room
    LEFT JOIN working ON working.organization_id = o.id AND working.priority = room.priority
    CROSS JOIN LATERAL (
      SELECT start.id, row_number() OVER (ORDER BY start.created_at, start.id) AS place FROM outbox AS start
      WHERE start.organization_id = o.id AND start.priority = room.priority AND start.is_start
        AND start.delivered_at IS NULL AND ${isDue(at)} AND NOT EXISTS (
          SELECT 1 FROM outbox AS earlier WHERE earlier.submission_id = start.submission_id
            AND earlier.id < start.id AND earlier.delivered_at IS NULL)
      ORDER BY start.created_at, start.id LIMIT room.free + 1) AS head`
}
