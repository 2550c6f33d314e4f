import { assertNever } from '../shared/assert-never.ts'
import type { NotificationKind, RecipientRole } from './messages.ts'

/** Who hears of what. The patient is told only that something is there or is needed. */
export function recipientsOf(kind: NotificationKind): readonly RecipientRole[] {
  switch (kind) {
    case 'document-available':
      return ['patient']
    case 'consent-requested':
      return ['patient', 'doctor']
    case 'result-rejected':
    case 'result-withdrawn':
      return ['doctor', 'operator']
    case 'consent-changed':
      return ['doctor']
    case 'answer-overdue':
    case 'needs-attention':
    case 'question-asked':
    case 'withdrawal-refused':
      return ['operator']
    default:
      return assertNever(kind)
  }
}
