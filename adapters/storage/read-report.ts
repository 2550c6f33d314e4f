import type { Report } from '../../domain/report/report.ts'
import type { Sealer } from '../shared/sealer.ts'
import { type BlobContent, openBlob } from './blob-rows.ts'
import type { Statements } from './statements.ts'

/** The report of a submission's newest version. Errors: AppError `content-unreadable` when it was destroyed. */
export async function readReport(
  tx: Statements,
  sealer: Sealer,
  { submissionId }: { readonly submissionId: string },
): Promise<Report> {
  const rows = await tx.$queryRaw<BlobContent[]>`
    SELECT b.id, b.ciphertext, b.wrapped_key AS "wrappedKey", b.key_id AS "keyId"
    FROM submission AS s JOIN submission_version AS v ON v.submission_id = s.id AND v.version = s.version
    JOIN blob AS b ON b.id = v.report_blob_id WHERE s.id = ${submissionId}::uuid`
  const blob = rows[0]
  if (!blob) throw new Error('a submission without a report')
  return JSON.parse((await openBlob(sealer, blob)).toString()) as Report
}
