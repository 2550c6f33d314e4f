import type { ReceivedMail } from '../mail/mailbox.ts'
import { escapeHtml, toPage, toTime } from './html.ts'

export function toInboxPage(mails: readonly ReceivedMail[], total: number): string {
  if (mails.length === 0) {
    return toPage(
      'Почта',
      '<p>Писем пока нет. Обновите страницу, когда результат будет принят.</p>',
    )
  }
  const shown = mails.slice(0, 200)
  const count = `<p>Писем: ${total}, показаны последние ${shown.length}. <a href="/inbox.json">JSON</a></p>`
  return toPage('Почта', count + shown.map(toArticle).join('\n'))
}

function toArticle(mail: ReceivedMail): string {
  return `<article>
<div><h2>${escapeHtml(mail.subject) || '(без темы)'}</h2>
Кому: <b>${escapeHtml(mail.to.join(', '))}</b> · От: ${escapeHtml(mail.from)} · ${escapeHtml(toTime(mail.receivedAt))}<br>
<code>${escapeHtml(mail.messageId)}</code></div>
<pre>${escapeHtml(mail.text)}</pre>
</article>`
}
