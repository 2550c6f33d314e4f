import { AppError } from '../domain/shared/app-error.ts'
import { Phase } from '../domain/submission/phase.ts'
import type { StepKey } from '../domain/submission/step.ts'
import type { ActivityDeps } from './deps.ts'
import { onceFor } from './once.ts'

export interface ApproveDocumentInput {
  readonly key: StepKey
  readonly approved: boolean
  readonly actor: string
}

/** A person looked at the first document of a template version: approval makes the template automatic from now on. */
export function createApproveDocument(deps: ActivityDeps) {
  return async function approveDocument({
    key,
    approved,
    actor,
  }: ApproveDocumentInput): Promise<void> {
    await onceFor(deps.store, key, async ({ document }) => {
      if (!document) throw new AppError('document-missing', 'permanent')
      if (!approved) {
        return {
          outcome: null,
          patch: { phase: Phase.needsCorrection, reason: 'document-rejected' },
          events: [
            {
              type: 'template.rejected',
              text: 'Документ отклонён при подтверждении шаблона',
              details: { actor },
            },
          ],
        }
      }
      return {
        outcome: null,
        patch: { phase: Phase.signing },
        confirmTemplateVersionId: document.templateVersionId,
        events: [
          {
            type: 'template.confirmed',
            text: 'Шаблон подтверждён сотрудником',
            details: { actor },
          },
        ],
      }
    })
  }
}
