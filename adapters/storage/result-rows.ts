import type { Head } from '../../domain/intake/ruling.ts'
import type { Standing } from '../../domain/intake/standing.ts'
import type { KnownWord } from '../../domain/intake/word.ts'
import type { Phase } from '../../domain/submission/phase.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import type { Sealer } from '../shared/sealer.ts'
import { keyDigest } from './digest-at-rest.ts'
import type { ResultKey } from './document-identity.ts'
import type { Statements } from './statements.ts'

/** Rows of `result` for one key; an empty system is of a time when it was not kept, and stands for any. */
function keyed({ organizationId, system, resultId, analysisCode, analysisSystem }: ResultKey) {
  return Prisma.sql`r.organization_id = ${organizationId} AND r.source_system = ${system}
    AND r.source_id = ${resultId} AND r.analysis_code = ${analysisCode}
    AND r.analysis_system IN (${analysisSystem}, '')`
}

/** Part of a statement: the row of a result, and `entry.id`, its submission. Of the first generation only if nobody has spoken of the result yet. */
export function newResult(
  key: ResultKey,
  row: { id: string; setId: string; headId: string; generation: number },
  at: Date,
): Prisma.Sql {
  return Prisma.sql`
    fresh AS (
      INSERT INTO result (id, organization_id, source_system, source_id, analysis_code, analysis_system, generation, set_id,
        head_id, created_at)
      SELECT ${row.id}::uuid, ${key.organizationId}, ${key.system}, ${key.resultId}, ${key.analysisCode},
        ${key.analysisSystem}, ${row.generation}, ${row.setId}::uuid, ${row.headId}::uuid, ${at}::timestamptz
      WHERE NOT EXISTS (SELECT 1 FROM result AS r WHERE ${keyed(key)} AND r.generation >= ${row.generation})
      ON CONFLICT DO NOTHING RETURNING head_id),
    entry AS (SELECT head_id AS id FROM fresh)`
}

/** A result's newest set, as far as the rules look at it. */
export interface KnownResult {
  readonly resultId: string
  readonly key: ResultKey
  readonly generation: number
  readonly setId: string
  readonly head: KnownHead
  /** Every word of every generation, oldest first. */
  readonly words: readonly StoredWord[]
  /** Of the next document of the set. */
  readonly nextNumber: number
}
export interface KnownHead extends Head {
  readonly phase: Phase
  /** Of the submission, not of the laboratory. */
  readonly currentVersion: number
}
interface StoredWord extends KnownWord {
  readonly standing: Standing
}

/**
 * Takes the lock of the result, then reads what is known: a statement that waits for a lock would show the database as it
 * was before it waited. Undefined: nothing is known.
 */
export async function lockResult(
  tx: Statements,
  key: ResultKey,
  sealer: Sealer,
): Promise<KnownResult | undefined> {
  await tx.$queryRaw`
    SELECT 1 FROM result AS r WHERE ${keyed(key)} AND r.generation = 1 ORDER BY r.id FOR UPDATE`
  return readResult(tx, keyed(key), sealer)
}

/** The same for the result that a submission is of. */
export async function lockResultOf(
  tx: Statements,
  submissionId: string,
  sealer: Sealer,
): Promise<KnownResult | undefined> {
  const mine = Prisma.sql`(r.organization_id, r.source_system, r.source_id, r.analysis_code, r.analysis_system) = (
    SELECT organization_id, source_system, source_id, analysis_code, analysis_system FROM result
    WHERE id = (SELECT result_id FROM submission WHERE id = ${submissionId}::uuid))`
  await tx.$queryRaw`SELECT 1 FROM result AS r WHERE ${mine} AND r.generation = 1 FOR UPDATE`
  return readResult(tx, mine, sealer)
}

interface WordRow {
  readonly key: ResultKey
  readonly resultId: string
  readonly generation: number
  readonly setId: string
  readonly headId: string
  readonly submissionId: string
  readonly version: number
  readonly currentVersion: number
  readonly phase: Phase
  readonly standing: Standing
  readonly versionNumber: number | null
  readonly digest: string
  readonly corrects: boolean
  readonly sourceVersion: number | null
  readonly messageKey: string | null
  readonly issuedAt: Date | null
  readonly sentAt: Date | null
}

async function readResult(
  tx: Statements,
  ofKey: Prisma.Sql,
  sealer: Sealer,
): Promise<KnownResult | undefined> {
  const found = await tx.$queryRaw<WordRow[]>`
    SELECT jsonb_build_object('organizationId', r.organization_id, 'system', r.source_system, 'resultId', r.source_id,
        'analysisCode', r.analysis_code, 'analysisSystem', r.analysis_system) AS key, r.id AS "resultId", r.generation, r.set_id AS "setId", r.head_id AS "headId", s.id AS "submissionId",
      v.version, s.version AS "currentVersion", s.phase, s.standing, v.version_number AS "versionNumber",
      v.content_digest AS digest, v.corrects, v.source_version AS "sourceVersion", v.message_index AS "messageKey",
      v.issued_at AS "issuedAt", v.sent_at AS "sentAt"
    FROM result AS r JOIN submission AS s ON s.result_id = r.id JOIN submission_version AS v ON v.submission_id = s.id
    WHERE ${ofKey} ORDER BY v.created_at, s.received_at, s.id, v.version`
  // Words of before digests were keyed are known again all the same.
  const rows = found.map((row) => ({ ...row, digest: keyDigest(sealer, row.digest) }))
  const newest = rows.reduce<WordRow | undefined>(
    (found, row) => (found === undefined || row.generation > found.generation ? row : found),
    undefined,
  )
  if (!newest) return undefined
  const { key, resultId, generation, setId, headId } = newest
  const head = rows.findLast(
    (row) => row.submissionId === headId && row.version === row.currentVersion,
  )
  if (!head) throw new Error('a result without its last word')
  const ofSet = rows.filter((row) => row.setId === setId)
  return {
    ...{ key, resultId, generation, setId },
    head: toHead(head),
    words: rows.map((row) => ({ ...toWord(row), standing: row.standing })),
    nextNumber: 1 + Math.max(0, ...ofSet.map(({ versionNumber }) => versionNumber ?? 0)),
  }
}

const WAITING: readonly Phase[] = ['awaiting-final', 'needs-correction']

function toHead(row: WordRow): KnownHead {
  const { phase, currentVersion } = row
  return { ...toWord(row), waits: WAITING.includes(phase), phase, currentVersion }
}

function toWord(row: WordRow): KnownWord {
  return {
    submissionId: row.submissionId,
    digest: row.digest,
    corrects: row.corrects,
    confirmed: row.phase !== 'awaiting-final',
    version: row.sourceVersion ?? undefined,
    messageKey: row.messageKey ?? undefined,
    issuedAt: row.issuedAt?.getTime(),
    sentAt: row.sentAt?.getTime(),
  }
}
