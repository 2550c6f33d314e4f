import { hear } from '../../domain/registry/hear.ts'
import type { StepKey } from '../../domain/submission/step.ts'
import { lockDocument, writeBook } from './books.ts'
import type { StepRecord } from './port.ts'
import { askAboutDisputes, closeDispute } from './registry-disputes.ts'
import type { Statements } from './statements.ts'

/** A document that the registry has given back is not registered, whatever it had said of it: nobody has to decide that. */
export async function hearWithdrawal(
  tx: Statements,
  { submissionId, version }: Pick<StepKey, 'submissionId' | 'version'>,
  withdrawal: NonNullable<StepRecord['withdrawal']>,
  at: Date,
): Promise<void> {
  const rows = await tx.$queryRaw<{ documentId: string }[]>`
    SELECT document_id AS "documentId" FROM submission_version
    WHERE submission_id = ${submissionId}::uuid AND version = ${version}`
  const documentId = rows[0]?.documentId
  const subject = documentId && (await lockDocument(tx, documentId))
  if (!subject) return
  await writeBook(tx, subject, hear(subject, { kind: 'withdrawn', ...withdrawal }), at)
  if (subject.disputed === null) return
  await closeDispute(tx, subject.documentId, 'withdrawn', at)
  await askAboutDisputes(tx, submissionId, at)
}
