import { AppError } from '../../domain/shared/app-error.ts'
import { isUuid } from './columns.ts'
import { eraseContents, erasePatients, patientsOf } from './erasure.ts'
import type { StoreParts } from './parts.ts'
import type { Retention } from './port.ts'
import { sealOptional } from './sealed-text.ts'
import type { Statements } from './statements.ts'
import { createTidy } from './tidy.ts'

export function createRetention(parts: StoreParts): Retention {
  const { database, sealer, now } = parts
  async function setHold(submissionId: string, reason: string | null): Promise<void> {
    const holdReason = await sealOptional(sealer, submissionId, reason)
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
      return database.transact(async (tx) => {
        if ((await lock(tx, submissionId)) !== null) throw new AppError('legal-hold', 'permanent')
        const patients = await patientsOf(tx, submissionId)
        await eraseContents(tx, submissionId, at)
        await erasePatients(tx, patients, at)
        return { erased: await countErased(tx, submissionId) }
      })
    },
    tidy: createTidy(parts),
  }
}

/** The reason of a hold. */
async function lock(tx: Statements, submissionId: string): Promise<string | null> {
  const rows = await tx.$queryRaw<{ holdReason: string | null }[]>`
    SELECT hold_reason AS "holdReason" FROM submission WHERE id = ${submissionId}::uuid FOR NO KEY UPDATE`
  const subject = rows[0]
  if (!subject)
    throw new AppError('submission-not-found', 'permanent', { details: { submissionId } })
  return subject.holdReason
}

async function countErased(tx: Statements, submissionId: string): Promise<number> {
  const rows = await tx.$queryRaw<{ erased: number }[]>`
    SELECT count(*)::int AS erased FROM blob
    WHERE submission_id = ${submissionId}::uuid AND kind <> 'destruction-certificate'`
  return rows[0]?.erased ?? 0
}
