import type { BookWord } from '../registry/book.ts'
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
  disputed: 'Уточняется в реестре',
  withdrawn: 'Отозвано',
} as const
export type Status = keyof typeof STATUS_TEXT

/**
 * Total: every phase with every last verdict and every book of the current document has exactly one status. The run's phase
 * speaks while it is on its way; where it holds or has ended, the registry's word on the document counts, because that may
 * have changed since. What is registered of the set besides the current document is told beside it (`registered`).
 */
export function toStatus(phase: Phase, lastVerdict: Verdict | undefined, book?: BookWord): Status {
  if (book === 'contradicted') return 'disputed'
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
      return saidBy(book) ?? 'accepted'
    case Phase.needsCorrection:
      return statusOfRefusal(book === 'accepted' ? book : (refusalIn(book) ?? lastVerdict))
    case Phase.awaitingDecision:
    case Phase.needsAttention:
      return 'stopped'
    case Phase.cancelled:
      if (book === 'accepted') return 'accepted'
      return (refusalIn(book) ?? lastVerdict) === Verdict.rejected ? 'rejected' : 'stopped'
    default:
      return assertNever(phase)
  }
}

/** What was registered may have been taken back since. */
function saidBy(book: BookWord | undefined): Status | undefined {
  if (book === 'withdrawn') return 'withdrawn'
  const refusal = refusalIn(book)
  return refusal && statusOfRefusal(refusal)
}

function statusOfRefusal(verdict: Verdict | undefined): Status {
  return verdict === undefined || verdict === Verdict.processing
    ? Verdict.correctionRequired
    : verdict
}

const REFUSALS: readonly Verdict[] = [
  Verdict.rejected,
  Verdict.correctionRequired,
  Verdict.clarificationRequired,
]

function refusalIn(book: BookWord | undefined): Verdict | undefined {
  return REFUSALS.find((refusal) => refusal === book)
}
