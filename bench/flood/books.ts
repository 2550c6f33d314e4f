import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Posted } from './posting.ts'

/** What the database says of the run. */
export interface Books {
  /** Posted → evidence sealed, milliseconds; waits until each one that was accepted is there, or gives up. */
  totalsOf(organizationId: string, posted: readonly Posted[], withinMs: number): Promise<number[]>
  /** Accepted results that were not started, and started ones that are not kept yet. */
  backlog(): Promise<{ waiting: number; onTheirWay: number }>
  /** Results kept since then. */
  keptSince(at: Date): Promise<number>
  /** Until nothing is waiting or on its way, or the time is up. */
  rest(withinMs: number): Promise<void>
  close(): Promise<void>
}

const LOOK_EVERY_MS = 250

export async function openBooks(databaseUrl: string): Promise<Books> {
  const sql = new pg.Client({ connectionString: databaseUrl })
  await sql.connect()

  async function sealedAt(organizationId: string): Promise<Map<string, number>> {
    const { rows } = await sql.query<{ id: string; at: Date }>(
      `SELECT s.source_id AS id, sealed.at FROM submission AS s
       JOIN event AS sealed ON sealed.submission_id = s.id AND sealed.type = 'record.sealed'
       WHERE s.organization_id = $1`,
      [organizationId],
    )
    return new Map(rows.map(({ id, at }) => [id, at.getTime()]))
  }
  async function backlog() {
    const { rows } = await sql.query<{ waiting: number; open: number }>(
      `SELECT (SELECT count(*)::int FROM outbox WHERE is_start AND delivered_at IS NULL) AS waiting,
        (SELECT count(*)::int FROM submission
         WHERE phase NOT IN ('awaiting-final', 'retained', 'cancelled', 'destroyed')) AS open`,
    )
    const { waiting = 0, open = 0 } = rows[0] ?? {}
    return { waiting, onTheirWay: open - waiting }
  }
  return {
    async totalsOf(organizationId, posted, withinMs) {
      const accepted = posted.filter(({ status }) => status === 202)
      const end = performance.now() + withinMs
      for (;;) {
        const sealed = await sealedAt(organizationId)
        const totals = accepted.flatMap(({ sourceId, at }) => {
          const kept = sealed.get(sourceId)
          return kept === undefined ? [] : [kept - at]
        })
        if (totals.length === accepted.length) return totals
        if (performance.now() > end)
          throw new Error(`${totals.length} of ${accepted.length} urgent results were kept in time`)
        await pause(LOOK_EVERY_MS)
      }
    },
    backlog,
    async keptSince(at) {
      const { rows } = await sql.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM event WHERE type = 'record.sealed' AND at > $1`,
        [at],
      )
      return rows[0]?.count ?? 0
    },
    async rest(withinMs) {
      const end = performance.now() + withinMs
      for (;;) {
        const { waiting, onTheirWay } = await backlog()
        if (waiting + onTheirWay === 0 || performance.now() > end) return
        await pause(LOOK_EVERY_MS)
      }
    },
    close: () => sql.end(),
  }
}
