import type { Phase } from '../domain/submission/phase.ts'

/** Phases as the terminal names them. Total: a new phase does not compile without a name. */
export const PHASE_TEXT: Readonly<Record<Phase, string>> = {
  'awaiting-final': 'ждёт окончательного результата',
  'awaiting-decision': 'ждёт решения: какое сообщение лаборатории последнее',
  'checking-consent': 'проверка согласия',
  'awaiting-consent': 'ждёт согласия пациента',
  'awaiting-predecessor': 'ждёт ответа реестра о прежней версии',
  assembling: 'составление документа',
  'awaiting-approval': 'ждёт подтверждения шаблона',
  signing: 'подписание',
  'awaiting-signatures': 'ждёт личных подписей',
  sending: 'отправка в реестр',
  'awaiting-acknowledgement': 'ждёт ответа реестра',
  notifying: 'уведомление',
  retained: 'принято, хранится',
  'needs-correction': 'требуется корректировка',
  'needs-attention': 'требуется внимание',
  cancelled: 'остановлено',
  destroyed: 'уничтожено по истечении срока',
}

/** Nothing more happens by itself soon: the road has ended, or a person or the patient has to act. */
const RESTING: ReadonlySet<Phase> = new Set<Phase>([
  ...(['awaiting-final', 'awaiting-consent', 'awaiting-approval', 'awaiting-signatures'] as const),
  ...([
    'awaiting-decision',
    'needs-correction',
    'needs-attention',
    'retained',
    'cancelled',
    'destroyed',
  ] as const),
])

export const isResting = (phase: Phase) => RESTING.has(phase)
