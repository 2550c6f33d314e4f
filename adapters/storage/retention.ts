import { AppError } from '../../domain/shared/app-error.ts'
import { isUuid } from './columns.ts'
import type { Queries } from './database.ts'
import type { StoreParts } from './parts.ts'
import type { Retention } from './port.ts'

export function createRetention({ database, now }: StoreParts): Retention {
  async function setHold(submissionId: string, holdReason: string | null): Promise<void> {
    const found = isUuid(submissionId)
      ? await database.read((db) =>
          db.submission.updateMany({
            where: { id: submissionId },
            data: { holdReason, revision: { increment: 1 }, updatedAt: now() },
          }),
        )
      : { count: 0 }
    if (found.count === 0) throw new AppError('submission-not-found', 'permanent')
  }
  return {
    placeHold: (submissionId, reason) => setHold(submissionId, reason),
    releaseHold: (submissionId) => setHold(submissionId, null),
    /** Repeated, it returns the same number. Errors: AppError `legal-hold`. */
    async erase(submissionId) {
      if (!isUuid(submissionId)) throw new AppError('submission-not-found', 'permanent')
      const at = now()
      return database.write(async (tx) => {
        const { holdReason, patientId } = await lock(tx, submissionId)
        if (holdReason !== null) throw new AppError('legal-hold', 'permanent')
        const contents = { submissionId, kind: { not: 'destruction-certificate' } }
        const { count } = await tx.blob.updateMany({
          where: { ...contents, wrappedKey: { not: null } },
          data: { wrappedKey: null },
        })
        await tx.submission.updateMany({
          where: { id: submissionId, erasedAt: null },
          data: { erasedAt: at, revision: { increment: 1 }, updatedAt: at },
        })
        await erasePatient(tx, patientId, at)
        if (count > 0) return { erased: count }
        return { erased: await tx.blob.count({ where: contents }) }
      })
    },
  }
}

async function lock(tx: Queries, submissionId: string) {
  const rows = await tx.$queryRaw<{ holdReason: string | null; patientId: string }[]>`
    SELECT hold_reason AS "holdReason", patient_id AS "patientId" FROM submission
    WHERE id = ${submissionId}::uuid FOR NO KEY UPDATE`
  const subject = rows[0]
  if (!subject)
    throw new AppError('submission-not-found', 'permanent', { details: { submissionId } })
  return subject
}

/**
 * Destroys the identity when no result that still opens and no consent refers to it. The row is locked first: a result
 * of the same patient accepted at this moment is then either seen here or comes after and seals the identity anew.
 */
async function erasePatient(tx: Queries, patientId: string, at: Date): Promise<void> {
  await tx.$queryRaw`SELECT 1 AS locked FROM patient WHERE id = ${patientId}::uuid FOR UPDATE`
  await tx.$executeRaw`
    UPDATE patient SET wrapped_key = NULL, identity_index = NULL, snils_index = NULL, policy_index = NULL,
      local_index = NULL, updated_at = ${at}
    WHERE id = ${patientId}::uuid
      AND NOT EXISTS (SELECT 1 FROM submission WHERE patient_id = patient.id AND erased_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM consent WHERE patient_id = patient.id)`
}
