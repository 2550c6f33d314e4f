import { AppError } from '../../domain/shared/app-error.ts'
import { isUuid } from './columns.ts'
import { eraseContents, erasePatients, patientsOf } from './erasure.ts'
import { addToOutbox } from './outbox-rows.ts'
import type { StoreParts } from './parts.ts'
import type { HoldAct, Retention } from './port.ts'
import { insertRows } from './rows.ts'
import { sealOptional } from './sealed-text.ts'
import type { Statements } from './statements.ts'
import { createTidy } from './tidy.ts'
import { appendEvent } from './timeline.ts'

export function createRetention(parts: StoreParts): Retention {
  const { database, sealer, now } = parts
  async function setHold(act: HoldAct & { reason?: string }, placed: boolean): Promise<void> {
    const { organizationId, submissionId, actor } = act
    if (!isUuid(submissionId)) throw new AppError('submission-not-found', 'permanent')
    const at = now()
    const reason = await sealOptional(sealer, submissionId, act.reason ?? null)
    await database.transact(async (tx) => {
      const found = await tx.$executeRaw`
        UPDATE submission SET hold_reason = ${placed ? reason : null}, revision = revision + 1, updated_at = ${at}
        WHERE id = ${submissionId}::uuid AND organization_id = ${organizationId}`
      if (found === 0) throw new AppError('submission-not-found', 'permanent')
      const action = placed ? 'hold' : 'release'
      await appendEvent(tx, { submissionId, actor, at }, HOLD_EVENTS[action])
      const audit = {
        at,
        organizationId,
        actor,
        action: `submission.${action}`,
        submissionId,
        reason,
      }
      await insertRows(tx, 'audit_entry', [audit])
      await addToOutbox(tx, [{ kind: 'hold-changed', submissionId, placed }], at)
    })
  }
  return {
    placeHold: (act) => setHold(act, true),
    releaseHold: (act) => setHold(act, false),
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

const HOLD_EVENTS = {
  hold: { type: 'person.hold', text: 'Установлен запрет на уничтожение' },
  release: { type: 'person.release', text: 'Снят запрет на уничтожение' },
} as const

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
