import type { Reason } from '../faults/fault.ts'
import type { Switched } from '../faults/fault-switches.ts'
import type { AnswerStatus, Plan } from './registrations.ts'

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

/** What the portal will answer to a document it takes now. */
export function toPlan(fault: Switched<'portal'> | undefined, answerDelayMs: number): Plan {
  const status = (fault && STATUS[fault.mode]) ?? 'accepted'
  return {
    status: fault?.mode === 'silent' ? null : status,
    reasons: fault?.reasons ?? REASONS[status],
    delayMs: fault?.mode === 'late' ? (fault.delayMs ?? 1000) : answerDelayMs,
    copies: fault?.mode === 'repeat' ? (fault.copies ?? 3) : 1,
  }
}
