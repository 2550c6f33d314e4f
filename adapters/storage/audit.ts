import { AppError } from '../../domain/shared/app-error.ts'
import { isUuid } from './columns.ts'
import type { StoreParts } from './parts.ts'
import type { Audit } from './port.ts'
import { insertRows } from './rows.ts'
import { sealOptional } from './sealed-text.ts'
import { appendEvent } from './timeline.ts'

export function createAudit({ database, sealer, now }: StoreParts): Audit {
  return {
    async record({ organizationId, actor, action, submissionId, target, reason, event }) {
      const at = now()
      if (submissionId !== undefined && !isUuid(submissionId))
        throw new AppError('submission-not-found', 'permanent')
      const owner = submissionId ?? target ?? organizationId
      const sealedReason = await sealOptional(sealer, owner, reason ?? null)
      await database.write(async (tx) => {
        if (submissionId !== undefined && event !== undefined)
          await appendEvent(tx, { submissionId, actor, at }, event)
        await insertRows(tx, 'audit_entry', [
          {
            at,
            organizationId,
            actor,
            action,
            submissionId: submissionId ?? null,
            target: target ?? null,
            reason: sealedReason,
          },
        ])
      })
    },
  }
}
