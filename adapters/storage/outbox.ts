import { Prisma } from '../../prisma/generated/client.ts'
import { isUuid } from './columns.ts'
import { isDue } from './outbox-rows.ts'
import type { StoreParts } from './parts.ts'
import type { Outbox, OutboxEntry, OutboxMessage } from './port.ts'

/** Of one submission; the rest is found by the next claim. */
const MOST_OF_ONE = 100

interface ClaimedRow {
  readonly id: bigint
  readonly message: OutboxMessage
  readonly tries: number
}

/**
 * Entries of one submission are handed out together, oldest first, and only by whoever holds the oldest: a signal never
 * overtakes the start. `tries` is how often the entry was handed out before; a lease that ran out counts.
 */
export function createOutbox({ database, now }: StoreParts): Outbox {
  async function lease(scope: Prisma.Sql, limit: number, leaseMs: number): Promise<OutboxEntry[]> {
    const at = now()
    const rows = await database.read(
      (db) => db.$queryRaw<ClaimedRow[]>`
        WITH heads AS (
          SELECT submission_id FROM outbox AS head
          WHERE delivered_at IS NULL AND ${isDue(at)} ${scope} AND NOT EXISTS (
            SELECT 1 FROM outbox AS earlier WHERE earlier.submission_id = head.submission_id
              AND earlier.id < head.id AND earlier.delivered_at IS NULL)
          ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED),
        batch AS (
          SELECT id FROM outbox JOIN heads USING (submission_id)
          WHERE delivered_at IS NULL ORDER BY id LIMIT ${limit})
        UPDATE outbox SET due_at = ${new Date(at.getTime() + leaseMs)}, tries = outbox.tries + 1
        FROM batch WHERE outbox.id = batch.id
        RETURNING outbox.id, outbox.message, outbox.tries - 1 AS tries`,
    )
    return rows
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map((row) => ({ id: String(row.id), message: row.message, tries: row.tries }))
  }
  return {
    claim: (limit, leaseMs) => lease(Prisma.sql`AND NOT is_start`, limit, leaseMs),
    async claimFor(submissionId, leaseMs) {
      if (!isUuid(submissionId)) return []
      return lease(Prisma.sql`AND submission_id = ${submissionId}::uuid`, MOST_OF_ONE, leaseMs)
    },
    async done(id) {
      await database.read(
        (db) => db.$executeRaw`
          UPDATE outbox SET delivered_at = ${now()} WHERE id = ${BigInt(id)} AND delivered_at IS NULL`,
      )
    },
    async failed(id, code, retryInMs) {
      await database.read((db) =>
        db.outbox.updateMany({
          where: { id: BigInt(id), deliveredAt: null },
          data: { dueAt: new Date(now().getTime() + retryInMs), lastCode: code },
        }),
      )
    },
  }
}
