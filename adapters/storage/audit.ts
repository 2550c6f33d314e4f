import { AppError } from '../../domain/shared/app-error.ts'
import { isUuid } from './columns.ts'
import type { StoreParts } from './parts.ts'
import type { Audit } from './port.ts'
import { insertRows } from './rows.ts'
import { sealOptional } from './sealed-text.ts'
import { appendEvent } from './timeline.ts'

export function createAudit({ database, sealer, now }: StoreParts): Audit {
  return {
    async record({ organizationId, actor, action, submissionId, target, reason }) {
      const at = now()
      if (submissionId !== undefined && !isUuid(submissionId))
        throw new AppError('submission-not-found', 'permanent')
      const owner = submissionId ?? target ?? organizationId
      const sealedReason = await sealOptional(sealer, owner, reason ?? null)
      const row = { at, organizationId, actor, action, submissionId: submissionId ?? null }
      await database.writeOne((db) =>
        insertRows(db, 'audit_entry', [{ ...row, target: target ?? null, reason: sealedReason }]),
      )
    },
    async note({ submissionId, actor, event }) {
      if (!isUuid(submissionId)) throw new AppError('submission-not-found', 'permanent')
      const at = now()
      await database.transact((tx) => appendEvent(tx, { submissionId, actor, at }, event))
    },
  }
}
