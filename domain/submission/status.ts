import { assertNever } from '../shared/assert-never.ts'
import { Phase } from './phase.ts'
import { Verdict } from './verdict.ts'

/** What people see. Russian texts are the vocabulary of the portal the laboratories already know. */
export const STATUS_TEXT = {
  processing: 'В обработке',
  ready: 'Готово',
  sent: 'Отправлено',
  accepted: 'Принято',
  rejected: 'Отклонено',
  'clarification-required': 'Требуется уточнение',
  'correction-required': 'Требуется корректировка',
  'awaiting-consent': 'Ожидает согласия',
  stopped: 'Остановлено',
} as const
export type Status = keyof typeof STATUS_TEXT

/** Total: every phase with every last verdict has exactly one status. */
export function toStatus(phase: Phase, lastVerdict: Verdict | undefined): Status {
  switch (phase) {
    case Phase.awaitingFinal:
    case Phase.checkingConsent:
    case Phase.awaitingPredecessor:
    case Phase.assembling:
    case Phase.awaitingApproval:
    case Phase.signing:
    case Phase.awaitingSignatures:
      return 'processing'
    case Phase.awaitingConsent:
      return 'awaiting-consent'
    case Phase.sending:
      return 'ready'
    case Phase.awaitingAcknowledgement:
      return 'sent'
    case Phase.notifying:
    case Phase.retained:
    case Phase.destroyed:
      return 'accepted'
    case Phase.needsCorrection:
      if (lastVerdict === Verdict.rejected) return 'rejected'
      return lastVerdict === Verdict.clarificationRequired
        ? 'clarification-required'
        : 'correction-required'
    case Phase.awaitingDecision:
    case Phase.needsAttention:
      return 'stopped'
    case Phase.cancelled:
      return lastVerdict === Verdict.rejected ? 'rejected' : 'stopped'
    default:
      return assertNever(phase)
  }
}
