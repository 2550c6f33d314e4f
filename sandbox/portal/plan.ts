import type { Reason } from '../faults/fault.ts'
import type { Switched } from '../faults/fault-switches.ts'
import type { AnswerStatus, Plan, Spoken } from './registrations.ts'

const STATUS: Partial<Record<Switched<'portal'>['mode'], AnswerStatus>> = {
  reject: 'rejected',
  correction: 'correction_required',
  clarification: 'clarification_required',
}
const REASONS: Record<AnswerStatus, readonly Reason[]> = {
  accepted: [],
  rejected: [
    { code: 'patient_not_found', field: '/patient', message: 'Пациент не найден в регистре' },
  ],
  correction_required: [
    {
      code: 'birth_date_mismatch',
      field: '/patient/birthDate',
      message: 'Дата рождения не совпадает со сведениями регистра',
    },
  ],
  clarification_required: [
    { code: 'specimen_unclear', field: '/specimen/type', message: 'Уточните вид биоматериала' },
  ],
}

/** Contradictions, to be rehearsed: what is said first, and after it. */
const CONTRADICTIONS: Partial<
  Record<Switched<'portal'>['mode'], Pick<Plan, 'status'> & Partial<Plan>>
> = {
  'accepted-then-rejected': { status: 'accepted', followedBy: [spoken('rejected')] },
  'rejected-then-accepted': { status: 'rejected', followedBy: [spoken('accepted')] },
  'accepted-after-withdrawal': { status: null, afterWithdrawal: spoken('accepted') },
  'same-number': { status: 'accepted', sameNumber: true },
  'processing-same-id': { status: 'accepted', signOfLife: true },
  'same-message-id': {
    status: 'accepted',
    followedBy: [{ ...spoken('rejected'), sameMessage: true }],
  },
}

function spoken(status: AnswerStatus): Spoken {
  return { status, reasons: REASONS[status] }
}

/** What the portal will answer to a document it takes now. */
export function toPlan(fault: Switched<'portal'> | undefined, answerDelayMs: number): Plan {
  const contradiction = fault && CONTRADICTIONS[fault.mode]
  if (fault && contradiction)
    return {
      reasons: contradiction.status === null ? [] : REASONS[contradiction.status],
      delayMs: answerDelayMs,
      copies: 1,
      pauseMs: fault.delayMs ?? 0,
      ...contradiction,
    }
  const status = (fault && STATUS[fault.mode]) ?? 'accepted'
  return {
    status: fault?.mode === 'silent' ? null : status,
    reasons: fault?.reasons ?? REASONS[status],
    delayMs: fault?.mode === 'late' ? (fault.delayMs ?? 1000) : answerDelayMs,
    copies: fault?.mode === 'repeat' ? (fault.copies ?? 3) : 1,
  }
}
