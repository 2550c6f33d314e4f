import { Prisma } from '../../prisma/generated/client.ts'
import type { StoreParts } from './parts.ts'
import type { Leftovers } from './port.ts'
import type { Statements } from './statements.ts'

/*
 * A document in force at the registry that must not stay there and that no run takes back. A registry that accepts after all
 * what it had refused or given back leaves one:
 * - beside a newer document of its set, which left meanwhile without naming it as replaced;
 * - of a result that the laboratory has taken back or moved to another patient, in an earlier version or without a run;
 * - of a submission that ended because consent did, or because a person wanted it so.
 * Fragments speak of the document `d` (a version), its submission `s`, and `l`, a later document of its set.
 */

const inForce = (row: 'd' | 'l') =>
  Prisma.raw(
    `(${row}.verdict = 'accepted' AND ${row}.withdrawn_at IS NULL AND ${row}.disputed IS NULL)`,
  )

/** In force, or it may turn out to be: an answer or a decision that is under way is not seen from here. */
const mayBeInForce = (row: 'd' | 'l') =>
  Prisma.raw(`(${row}.document_id = own.document_id OR (${row}.left_at IS NOT NULL AND ${row}.withdrawn_at IS NULL
    AND (${row}.verdict IS NULL OR ${row}.verdict = 'accepted' OR ${row}.disputed IS NOT NULL)))`)

const isUnwanted = Prisma.sql`(
  (s.standing IN ('other-patient', 'cancelled-by-laboratory')
    AND (d.version <> s.version OR s.phase IN ('cancelled', 'destroyed')))
  OR (s.phase = 'cancelled' AND s.reason IN ('consent-withdrawn', 'cancelled-by-operator')))`

/** A later document is there, and none that the registry has accepted names `d` as replaced. */
const isOutrun = (later: Prisma.Sql, accepted: Prisma.Sql) => Prisma.sql`(
  EXISTS (SELECT 1 FROM submission_version AS l
    WHERE l.set_id = d.set_id AND l.version_number > d.version_number AND ${later})
  AND NOT EXISTS (SELECT 1 FROM submission_version AS n
    WHERE n.set_id = d.set_id AND n.version_number > d.version_number AND ${accepted}
      AND (SELECT m.replaces_id FROM document AS m WHERE m.submission_id = n.submission_id AND m.version = n.version
        ORDER BY m.seq DESC LIMIT 1) = d.document_id))`

const IS_LEFTOVER = Prisma.sql`${inForce('d')}
  AND (${isUnwanted} OR ${isOutrun(inForce('l'), Prisma.sql`n.verdict = 'accepted'`)})`
const REASON = Prisma.sql`CASE WHEN s.standing IN ('other-patient', 'cancelled-by-laboratory') THEN s.standing
  WHEN s.phase = 'cancelled' THEN s.reason ELSE 'superseded' END`

/** Documents in the set of `own` that may be leftovers by now. */
const suspects = (own: Prisma.Sql) => Prisma.sql`
  FROM ${own} JOIN submission_version AS d ON d.set_id = own.set_id JOIN submission AS s ON s.id = d.submission_id
  WHERE ${mayBeInForce('d')} AND (${isUnwanted} OR ${isOutrun(
    mayBeInForce('l'),
    Prisma.sql`(n.document_id = own.document_id OR n.verdict = 'accepted')`,
  )})`

const MESSAGE = Prisma.sql`jsonb_build_object('kind', 'leftover', 'submissionId', d.submission_id, 'version', d.version,
  'occasion', gen_random_uuid())`

/** Each is noted, and looked at by a run of its own. */
const noted = (from: Prisma.Sql, at: Date) => [
  Prisma.sql`INSERT INTO leftover (document_id, submission_id, version, looked_at)
    SELECT d.document_id, d.submission_id, d.version, ${at}::timestamptz ${from}
    ON CONFLICT (document_id) DO UPDATE SET looked_at = excluded.looked_at`,
  Prisma.sql`INSERT INTO outbox (submission_id, message, due_at, created_at)
    SELECT d.submission_id, ${MESSAGE}, ${at}::timestamptz, ${at}::timestamptz ${from}`,
]

/** Parts of a statement in which the document of `entry` (id, version) becomes accepted. */
export function leftoverParts(at: Date): Prisma.Sql[] {
  const own = Prisma.sql`(SELECT v.document_id, v.set_id FROM entry
    JOIN submission_version AS v ON v.submission_id = entry.id AND v.version = entry.version) AS own`
  return noted(suspects(own), at)
}

/** The same in the transaction in which something has become known of a document or its submission. */
export async function lookForLeftovers(
  tx: Statements,
  documentId: string,
  at: Date,
): Promise<void> {
  const own = Prisma.sql`(SELECT document_id, set_id FROM submission_version WHERE document_id = ${documentId}::uuid) AS own`
  for (const statement of noted(suspects(own), at)) await tx.$executeRaw(statement)
}

export function createLeftovers({ database, now }: StoreParts): Leftovers {
  return {
    async find({ submissionId, version }) {
      const at = now()
      const rows = await database.writeOne(
        (db) => db.$queryRaw<{ round: number; reason: string }[]>`
          WITH found AS (
            SELECT d.document_id, s.event_seq + 1 AS round, ${REASON} AS reason
            FROM submission_version AS d JOIN submission AS s ON s.id = d.submission_id
            WHERE d.submission_id = ${submissionId}::uuid AND d.version = ${version} AND ${IS_LEFTOVER}),
          noted AS (
            INSERT INTO leftover (document_id, submission_id, version, looked_at)
            SELECT document_id, ${submissionId}::uuid, ${version}::int, ${at}::timestamptz FROM found
            ON CONFLICT (document_id) DO UPDATE SET looked_at = excluded.looked_at),
          settled AS (
            DELETE FROM leftover WHERE submission_id = ${submissionId}::uuid AND version = ${version}
              AND NOT EXISTS (SELECT 1 FROM found))
          SELECT round, reason FROM found`,
      )
      return rows[0] ?? null
    },
    async askAgain(notSince) {
      const at = now()
      return database.writeOne(
        (db) => db.$executeRaw`
          WITH d AS (
            UPDATE leftover SET looked_at = ${at} WHERE looked_at < ${notSince} RETURNING submission_id, version)
          INSERT INTO outbox (submission_id, message, due_at, created_at)
          SELECT d.submission_id, ${MESSAGE}, ${at}::timestamptz, ${at}::timestamptz FROM d`,
      )
    },
  }
}
