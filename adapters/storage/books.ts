import { type Entry, toBook, toWord } from '../../domain/registry/book.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import { assignmentsOf } from './rows.ts'
import type { Statements } from './statements.ts'
import { statusSql } from './status-sql.ts'

/** An `Entry` (domain/registry/book.ts) in SQL; speaks of `v`. */
export const ENTRY_COLUMNS = Prisma.sql`v.left_at AS "leftAt", v.withdrawn_at AS "withdrawnAt", v.verdict,
  v.registry_id AS "registryId", v.disputed`

/** Where a registry number is unique; speaks of `o`. */
export const REGISTRY_OF = Prisma.sql`(o.registry || '/' || o.environment)`

/** The registry holds the document of a row: it is what a later document of the set replaces. */
export function isRegistered(row: 'v' | 'before'): Prisma.Sql {
  return Prisma.raw(`(${row}.verdict = 'accepted' AND ${row}.withdrawn_at IS NULL)`)
}

/** A document with its book, as `lockDocument` finds it. */
export interface DocumentBook extends Entry {
  readonly submissionId: string
  readonly version: number
  readonly documentId: string
  readonly registry: string
}

/**
 * Locks the submission a document belongs to, and the document. Undefined: no such document. What is read afterwards in
 * the same transaction is as new as the lock.
 */
export async function lockDocument(
  tx: Statements,
  documentId: string,
  organizationId?: string,
): Promise<DocumentBook | undefined> {
  const own = organizationId ? Prisma.sql`AND s.organization_id = ${organizationId}` : Prisma.empty
  const rows = await tx.$queryRaw<DocumentBook[]>`
    SELECT v.submission_id AS "submissionId", v.version, v.document_id AS "documentId", ${ENTRY_COLUMNS},
      ${REGISTRY_OF} AS registry
    FROM submission_version AS v JOIN submission AS s ON s.id = v.submission_id
    JOIN organization AS o ON o.id = s.organization_id
    WHERE v.document_id = ${documentId}::uuid ${own}
    FOR NO KEY UPDATE OF s, v`
  return rows[0]
}

/** Writes what is believed of a document, and the status that follows if it is the current one. The caller holds its rows. */
export async function writeBook(
  tx: Statements,
  { submissionId, version, documentId, registry }: Omit<DocumentBook, keyof Entry>,
  entry: Entry,
  at: Date,
): Promise<void> {
  const word = toWord(toBook(entry))
  const { leftAt, withdrawnAt, verdict, registryId, disputed } = entry
  const number = { registryId, registry: registryId === null ? null : registry }
  const columns = assignmentsOf({ leftAt, withdrawnAt, verdict, disputed, ...number })
  await tx.$executeRaw`UPDATE submission_version SET ${columns} WHERE document_id = ${documentId}::uuid`
  await tx.$executeRaw`
    UPDATE submission AS s SET book = ${word}, book_version = ${version}, status = ${statusSql({ book: word })},
      revision = s.revision + 1, updated_at = ${at}
    WHERE s.id = ${submissionId}::uuid AND s.version = ${version}`
}
