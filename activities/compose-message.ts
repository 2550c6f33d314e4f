import type { SubmissionCase } from '../adapters/storage/port.ts'
import type { NotificationInput, RecipientRole } from '../domain/submission/messages.ts'
import type { ActivityDeps } from './deps.ts'

type Addressed = NotificationInput & { readonly recipient: RecipientRole }

/** Subject lines never name a person, a study or a result; texts carry ids and dates, no medical content. */
export function composeMessage(
  submission: SubmissionCase,
  input: Addressed,
  deps: Pick<ActivityDeps, 'messages'>,
): { subject: string; text: string } {
  const { subject, lines } = contentOf(submission, input, deps)
  return { subject, text: [...lines, '', submission.organization.name].join('\n') }
}

function contentOf(
  submission: SubmissionCase,
  input: Addressed,
  deps: Pick<ActivityDeps, 'messages'>,
): { subject: string; lines: string[] } {
  const { patientLink, namesStudy } = deps.messages
  const date = dateIn(submission.organization.timeZone, submission.report.performedAt)
  const reference = `Номер отправки: ${submission.submissionId}, версия ${submission.version}.`
  switch (input.kind) {
    case 'document-available':
      return {
        subject: 'Новый документ в личном кабинете',
        lines: [
          'Здравствуйте!',
          '',
          `В вашем личном кабинете доступен новый документ от ${date}`,
          ...(namesStudy ? [`Исследование: ${submission.report.analysis.name}.`] : []),
          `Посмотреть: ${patientLink}`,
        ],
      }
    case 'consent-requested':
      return input.recipient === 'patient'
        ? {
            subject: 'Нужно ваше согласие на передачу документа',
            lines: [
              'Здравствуйте!',
              '',
              'Чтобы передать документ в ваш личный кабинет, нужно ваше согласие. Обратитесь, пожалуйста, в регистратуру или дайте согласие в личном кабинете.',
              patientLink,
            ],
          }
        : {
            subject: 'Нужно согласие пациента',
            lines: ['Отправка ждёт согласия пациента на передачу документа.', reference],
          }
    case 'consent-changed':
      return {
        subject: 'Согласие пациента больше не действует',
        lines: [
          'Согласие пациента отозвано или истекло. То, что ещё не отправлено, остановлено.',
          reference,
        ],
      }
    case 'result-rejected':
      return {
        subject: 'Реестр не принял документ',
        lines: [
          'Реестр вернул документ. Причина и поля указаны в карточке отправки; исправьте и отправьте снова.',
          reference,
        ],
      }
    case 'result-withdrawn':
      return {
        subject: 'Результат отозван лабораторией',
        lines: [
          'Лаборатория отозвала результат или отнесла его к другому пациенту. То, что не отправлено, не будет отправлено; переданное в реестр отзывается.',
          reference,
        ],
      }
    case 'answer-overdue':
      return {
        subject: 'Реестр долго не отвечает',
        lines: [
          'Ответ реестра о документе ещё не получен. Запросы продолжаются автоматически.',
          reference,
        ],
      }
    case 'question-asked':
      return {
        subject: 'Нужен ответ сотрудника',
        lines: [
          'По отправке есть вопрос, на который отвечает только сотрудник. Он указан в карточке отправки.',
          reference,
        ],
      }
    case 'withdrawal-refused':
      return {
        subject: 'Реестр не отзывает документ',
        lines: [
          'В реестре остаётся документ, который больше не действует. Реестр отказался его отозвать; просьба повторяется ежедневно. Свяжитесь, пожалуйста, с реестром.',
          reference,
        ],
      }
    case 'needs-attention':
      return {
        subject: 'Отправка требует решения',
        lines: [
          'Отправка остановлена и ждёт решения сотрудника. Причина указана в карточке отправки.',
          reference,
        ],
      }
  }
}

function dateIn(timeZone: string, iso: string): string {
  return new Intl.DateTimeFormat('ru-RU', { timeZone, dateStyle: 'long' })
    .format(new Date(iso))
    .replace(/ г\.$/, ' года')
}
