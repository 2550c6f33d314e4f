import { ERROR_CODES, type ErrorCodeName } from '../shared/error-codes.ts'

/** Why a submission waits for a person or ended: code for machines, Russian text for people. */
export const REASON_TEXT = {
  'document-issues':
    'Результат не прошёл проверку перед отправкой: исправьте указанные поля или сопоставьте коды',
  'document-rejected': 'Документ отклонён при подтверждении шаблона',
  'registry-refused': 'Реестр отказался принять документ: исправьте указанные поля',
  'registry-rejected': 'Реестр отклонил документ: исправьте указанные поля',
  'registry-correction': 'Реестр требует корректировки документа',
  'registry-clarification': 'Реестр требует уточнения',
  'no-answer': 'Реестр не ответил в отведённый срок',
  'document-lost': 'Реестр не находит документ, который уже принял',
  'signatures-overdue': 'Личные подписи не поступили в отведённый срок',
  'consent-refused': 'Пациент отказал в согласии на передачу',
  'consent-overdue': 'Согласие не получено в отведённый срок',
  'consent-withdrawn': 'Согласие отозвано или истекло',
  'consent-unclear': 'Неясно, что пациент выразил последним: согласие или отзыв',
  'withdrawal-refused': 'Реестр отказался отозвать документ: решение за сотрудником',
  'withdrawal-failed': 'Отзыв документа из реестра не удался',
  'which-word': 'Неясно, какое сообщение лаборатории последнее: решение за сотрудником',
  'question-open': 'Отправка ждёт ответа сотрудника на вопрос',
  outdated: 'Сообщение лаборатории старше последнего',
  superseded: 'Лаборатория прислала более новый результат',
  'other-patient': 'Лаборатория отнесла результат к другому пациенту',
  'cancelled-by-laboratory': 'Лаборатория отозвала результат',
  'abandoned-by-operator': 'Отправка прекращена сотрудником',
  'cancelled-by-operator': 'Отправка отменена сотрудником',
  'workflow-lost': 'Обработка прерывалась несколько раз за сутки: она возобновится сама',
  'activity-timeout': 'Шаг не завершился в отведённое время',
  'unexpected-failure': 'Шаг завершился ошибкой, которой не ждали',
} as const
export type Reason = keyof typeof REASON_TEXT

/** Russian text of a reason or of an error's code; an unknown code speaks for itself. */
export function reasonText(code: string): string {
  if (Object.hasOwn(REASON_TEXT, code)) return REASON_TEXT[code as Reason]
  return Object.hasOwn(ERROR_CODES, code) ? ERROR_CODES[code as ErrorCodeName].text : code
}
