import type { ErrorClass } from './app-error.ts'

interface ErrorCode {
  /** How an AppError of this code behaves, or `input` for what is answered to a caller. */
  readonly class: ErrorClass | 'input'
  /** HTTP status when the code reaches the API. */
  readonly status: number
  /** Russian, for people: what happened and what to do. */
  readonly text: string
}

/** Every stable code of the product. docs/errors.md is tested against this table, both ways. */
export const ERROR_CODES = {
  // registry
  'registry-unavailable': {
    class: 'transient',
    status: 503,
    text: 'Реестр недоступен. Отправка повторится автоматически.',
  },
  'registry-busy': {
    class: 'transient',
    status: 503,
    text: 'Реестр просит повторить позже. Отправка повторится автоматически.',
  },
  'registry-timeout': {
    class: 'ambiguous',
    status: 504,
    text: 'Реестр не ответил вовремя: возможно, документ принят. Сначала состояние документа будет запрошено.',
  },
  'registry-connection-lost': {
    class: 'ambiguous',
    status: 502,
    text: 'Связь с реестром прервалась: возможно, документ принят. Сначала состояние документа будет запрошено.',
  },
  'registry-access-denied': {
    class: 'permanent',
    status: 502,
    text: 'Реестр отказал в доступе. Проверьте токен и права организации.',
  },
  'registry-protocol-error': {
    class: 'permanent',
    status: 502,
    text: 'Ответ реестра не соответствует договорённости. Нужен специалист.',
  },
  // consent
  'consent-service-unavailable': {
    class: 'transient',
    status: 503,
    text: 'Сервис согласий недоступен. Запрос повторится автоматически.',
  },
  'consent-service-protocol-error': {
    class: 'permanent',
    status: 502,
    text: 'Ответ сервиса согласий не соответствует договорённости. Нужен специалист.',
  },
  // notifications
  'notification-unavailable': {
    class: 'transient',
    status: 503,
    text: 'Почтовый сервер недоступен. Сообщение будет отправлено позже.',
  },
  'notification-ambiguous': {
    class: 'ambiguous',
    status: 502,
    text: 'Связь с почтовым сервером прервалась после передачи письма: возможно, оно доставлено.',
  },
  'notification-refused': {
    class: 'permanent',
    status: 502,
    text: 'Почтовый сервер отверг адрес или сообщение.',
  },
  // signing
  'certificate-expired': {
    class: 'permanent',
    status: 500,
    text: 'Срок действия сертификата подписи истёк. Установите новый сертификат и повторите.',
  },
  'certificate-not-yet-valid': {
    class: 'permanent',
    status: 500,
    text: 'Сертификат подписи ещё не действует.',
  },
  'signer-unavailable': {
    class: 'permanent',
    status: 500,
    text: 'Средство подписи недоступно или пароль неверен.',
  },
  // documents
  'glyph-missing': {
    class: 'permanent',
    status: 500,
    text: 'В шрифте документа нет символа из результата.',
  },
  // storage and keys
  'submission-not-found': { class: 'permanent', status: 404, text: 'Отправка не найдена.' },
  'key-unavailable': { class: 'permanent', status: 500, text: 'Ключ шифрования недоступен.' },
  'content-unreadable': {
    class: 'permanent',
    status: 500,
    text: 'Содержимое не расшифровывается: оно повреждено, перенесено или уничтожено.',
  },
} as const satisfies Record<string, ErrorCode>
export type ErrorCodeName = keyof typeof ERROR_CODES
