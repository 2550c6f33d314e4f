import { Phase } from '../domain/submission/phase.ts'
import { reasonText } from '../domain/submission/reason.ts'
import type { StepKey } from '../domain/submission/step.ts'
import type { ActivityDeps } from './deps.ts'
import { once } from './once.ts'

export interface ReasonInput {
  readonly key: StepKey
  /** A code of REASON_TEXT or of an AppError. */
  readonly reason: string
}

/** Compensation of a signature: the signed document stays in the record, marked as never used. */
export function createVoidDocument(deps: ActivityDeps) {
  return async function voidDocument({ key, reason }: ReasonInput): Promise<void> {
    await once(deps.store.journal, key, () =>
      Promise.resolve({
        outcome: null,
        events: [
          {
            type: 'document.voided',
            text: 'Подписанный документ признан недействительным',
            details: { reason },
          },
        ],
      }),
    )
  }
}

/** Hands the submission to a person: the reason stands in the console, in Web UI and in the timeline. */
export function createRaiseAttention(deps: ActivityDeps) {
  return async function raiseAttention({ key, reason }: ReasonInput): Promise<void> {
    await once(deps.store.journal, key, () =>
      Promise.resolve({
        outcome: null,
        patch: { phase: Phase.needsAttention, reason },
        events: [
          {
            type: 'submission.needs-attention',
            text: `Нужно решение сотрудника: ${reasonText(reason)}`,
            details: { reason },
          },
        ],
      }),
    )
  }
}

/** The end without registration. */
export function createCloseSubmission(deps: ActivityDeps) {
  return async function closeSubmission({ key, reason }: ReasonInput): Promise<void> {
    await once(deps.store.journal, key, () =>
      Promise.resolve({
        outcome: null,
        patch: { phase: Phase.cancelled, reason, waitingUntil: null },
        events: [
          {
            type: 'submission.cancelled',
            text: `Отправка прекращена: ${reasonText(reason)}`,
            details: { reason },
          },
        ],
      }),
    )
  }
}
