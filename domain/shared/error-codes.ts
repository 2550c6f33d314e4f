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
  'registry-document-differs': {
    class: 'permanent',
    status: 502,
    text: 'В реестре уже есть документ этого результата, сформированный раньше. Сверьтесь с порталом.',
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
  'signature-field-missing': {
    class: 'permanent',
    status: 500,
    text: 'В PDF нет места для подписи: документ составлен прежней версией программы. Отправьте исправление, и он будет составлен заново.',
  },
  // documents
  'glyph-missing': {
    class: 'permanent',
    status: 500,
    text: 'В шрифте документа нет символа из результата.',
  },
  'document-missing': {
    class: 'permanent',
    status: 500,
    text: 'В записи нет документа, который должен быть. Нужен специалист.',
  },
  // storage and keys
  'submission-not-found': { class: 'permanent', status: 404, text: 'Отправка не найдена.' },
  'key-unavailable': { class: 'permanent', status: 500, text: 'Ключ шифрования недоступен.' },
  'content-unreadable': {
    class: 'permanent',
    status: 500,
    text: 'Содержимое не расшифровывается: оно повреждено, перенесено или уничтожено.',
  },
  'acknowledgement-not-found': {
    class: 'permanent',
    status: 404,
    text: 'Ответ реестра не найден.',
  },
  'invalid-cursor': {
    class: 'permanent',
    status: 400,
    text: 'Курсор страницы не читается. Начните список с первой страницы.',
  },
  'legal-hold': {
    class: 'permanent',
    status: 409,
    text: 'Запись удерживается от уничтожения. Снимите удержание и повторите.',
  },
  'retention-not-over': { class: 'transient', status: 409, text: 'Срок хранения ещё не истёк.' },
  // HTTP interface: what a caller is answered
  'malformed-request': {
    class: 'input',
    status: 400,
    text: 'Запрос не читается. Проверьте его запись.',
  },
  unauthenticated: {
    class: 'input',
    status: 401,
    text: 'Нужен действующий ключ доступа в заголовке Authorization: Bearer.',
  },
  'callback-signature-invalid': {
    class: 'input',
    status: 401,
    text: 'Подпись сообщения реестра неверна или устарела.',
  },
  forbidden: { class: 'input', status: 403, text: 'У ключа доступа нет права на это действие.' },
  'not-found': { class: 'input', status: 404, text: 'Такого адреса нет.' },
  'artefact-not-ready': {
    class: 'input',
    status: 404,
    text: 'Этого файла ещё нет: отправка до него не дошла.',
  },
  'consent-not-found': { class: 'input', status: 404, text: 'Согласие не найдено.' },
  'template-not-found': { class: 'input', status: 404, text: 'Шаблон не найден.' },
  'code-mapping-not-found': {
    class: 'input',
    status: 404,
    text: 'Сопоставление кодов не найдено.',
  },
  'organization-not-found': { class: 'input', status: 404, text: 'Организация не найдена.' },
  'document-unknown': {
    class: 'input',
    status: 404,
    text: 'Документа с таким идентификатором у организации нет.',
  },
  'method-not-allowed': {
    class: 'input',
    status: 405,
    text: 'По этому адресу такой метод не поддерживается.',
  },
  'not-acceptable': {
    class: 'input',
    status: 406,
    text: 'Ответ в запрошенном формате не поддерживается.',
  },
  'submission-replaced': {
    class: 'input',
    status: 409,
    text: 'Лаборатория прислала более новый результат: с этой отправкой больше ничего сделать нельзя.',
  },
  'submission-retained': {
    class: 'input',
    status: 409,
    text: 'Документ зарегистрирован и хранится: отменить или изменить его нельзя. Исправление присылает лаборатория.',
  },
  'submission-destroyed': {
    class: 'input',
    status: 409,
    text: 'Запись уничтожена по истечении срока.',
  },
  'submission-awaits-decision': {
    class: 'input',
    status: 409,
    text: 'Сначала нужно решить, какое сообщение лаборатории последнее.',
  },
  'question-not-asked': {
    class: 'input',
    status: 409,
    text: 'Такого открытого вопроса по этой отправке нет: возможно, на него уже ответили.',
  },
  'panel-of-joined-document': {
    class: 'input',
    status: 409,
    text: 'Исследование входит в общий документ с другими: пришлите исправление вместе с ними.',
  },
  'correction-other-patient': {
    class: 'input',
    status: 409,
    text: 'В исправлении другой пациент. Лаборатория присылает такой результат исправленным: прежний будет отозван.',
  },
  'not-awaiting-correction': {
    class: 'input',
    status: 409,
    text: 'Отправка не ждёт исправления.',
  },
  'consent-conflict': {
    class: 'input',
    status: 409,
    text: 'Согласие с этим номером уже внесено с другим содержанием.',
  },
  'consent-withdrawn-otherwise': {
    class: 'input',
    status: 409,
    text: 'Отзыв этого согласия уже внесён с другим временем или способом.',
  },
  'template-code-taken': {
    class: 'permanent',
    status: 409,
    text: 'Этот код услуги или исследования уже занят другим шаблоном организации.',
  },
  'second-person-required': {
    class: 'input',
    status: 409,
    text: 'Соответствие подтверждает второй сотрудник: не тот ключ доступа, которым оно внесено.',
  },
  'code-mapping-changed': {
    class: 'input',
    status: 409,
    text: 'Соответствие тем временем изменено. Прочитайте его заново и подтвердите, если оно верно.',
  },
  'idempotency-key-running': {
    class: 'input',
    status: 409,
    text: 'Запрос с этим Idempotency-Key ещё выполняется. Повторите позже.',
  },
  'artefact-destroyed': {
    class: 'input',
    status: 410,
    text: 'Содержимое уничтожено по окончании срока хранения.',
  },
  'body-too-large': { class: 'input', status: 413, text: 'Тело запроса больше допустимого.' },
  'unsupported-media-type': {
    class: 'input',
    status: 415,
    text: 'Такой Content-Type не поддерживается.',
  },
  'validation-failed': {
    class: 'input',
    status: 422,
    text: 'Данные не прошли проверку. Ошибки перечислены по полям.',
  },
  'field-required': { class: 'input', status: 422, text: 'Поле обязательно.' },
  'field-invalid': { class: 'input', status: 422, text: 'Недопустимое значение поля.' },
  'field-unknown': { class: 'input', status: 422, text: 'Неизвестное поле.' },
  'consent-analysis-unknown': {
    class: 'input',
    status: 422,
    text: 'В согласии указан код исследования, для которого нет шаблона.',
  },
  'template-panel-invalid': {
    class: 'permanent',
    status: 422,
    text: 'Объединяются только другие шаблоны этой организации, которые сами никого не объединяют; каждый один раз.',
  },
  'correction-source-mismatch': {
    class: 'input',
    status: 422,
    text: 'Исправление относится к другому результату: номер результата или исследование не совпадает с исходным.',
  },
  'signature-refused': {
    class: 'input',
    status: 422,
    text: 'Подпись не принята: она не подтверждает этот документ.',
  },
  'idempotency-key-mismatch': {
    class: 'input',
    status: 422,
    text: 'Этот Idempotency-Key уже использован для другого запроса.',
  },
  'rate-limited': {
    class: 'input',
    status: 429,
    text: 'Слишком много запросов. Повторите через время из заголовка Retry-After.',
  },
  'internal-error': {
    class: 'permanent',
    status: 500,
    text: 'Внутренняя ошибка. Сообщите поддержке номер запроса из поля instance.',
  },
  'too-many-streams': {
    class: 'transient',
    status: 503,
    text: 'Открыто слишком много потоков событий. Повторите позже.',
  },
  'storage-unavailable': {
    class: 'transient',
    status: 503,
    text: 'База данных недоступна. Повторите позже.',
  },
  // Temporal
  'temporal-unavailable': {
    class: 'transient',
    status: 503,
    text: 'Исполнитель отправок недоступен. Принятое не потеряно; повторите действие позже.',
  },
  'update-refused': {
    class: 'permanent',
    status: 409,
    text: 'Действие невозможно в текущем состоянии отправки.',
  },
} as const satisfies Record<string, ErrorCode>
export type ErrorCodeName = keyof typeof ERROR_CODES
