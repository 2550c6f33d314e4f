import { toTotals } from '../portal/overview.ts'
import type { Registration, Registrations } from '../portal/registrations.ts'
import { escapeHtml, toPage, toTime } from './html.ts'

const STATUS = {
  processing: 'На проверке',
  accepted: 'Принято',
  rejected: 'Отклонено',
  correction_required: 'Требуется корректировка',
  clarification_required: 'Требуется уточнение',
} as const
const SHOWN = 200

/** What the sandbox is, where everything is, and what has been registered. */
export function toHomePage(input: {
  readonly registrations: Registrations
  readonly mails: number
  readonly activeFaults: number
  readonly smtpPort: number
  readonly callbackUrl: string | undefined
}): string {
  const posts = input.registrations.posts()
  const all = input.registrations.all()
  const totals = toTotals(all, posts)
  const newest = all.slice(-SHOWN).reverse()
  return toPage(
    'Учебный внешний мир',
    `<p>Здесь живут учебные портал, сервис согласий и почтовый сервер. Данные никуда не уходят.</p>
<ul class="numbers">
${number('Получено документов', totals.documents)}
${number('Зарегистрировано', totals.registered)}
${number('Зарегистрировано дважды', totals.registeredTwice)}
${number('Отозвано', totals.withdrawn)}
${number('Писем', input.mails)}
${number('Включено сбоев', input.activeFaults)}
</ul>
<h2>Адреса</h2>
<ul>
<li><a href="/inbox">Почтовый ящик</a> (<a href="/inbox.json">JSON</a>), SMTP на порту ${input.smtpPort}</li>
<li><a href="/portal/registrations">Регистрации портала</a> и <a href="/stats">счётчики</a> (JSON)</li>
<li><a href="/faults">Сбои</a>: <code>POST /faults</code> включает, <code>DELETE /faults</code> выключает все</li>
<li><a href="/portal-public.pem">Открытый ключ портала</a></li>
<li>Ответы портала: ${input.callbackUrl === undefined ? 'только по запросу' : `<code>${escapeHtml(input.callbackUrl)}</code>`}</li>
</ul>
<h2>Регистрации</h2>
${newest.length === 0 ? '<p>Документов пока нет.</p>' : toTable(newest, posts)}`,
  )
}

function number(label: string, value: number): string {
  return `<li><b>${value}</b>${escapeHtml(label)}</li>`
}

function toTable(rows: readonly Registration[], posts: ReadonlyMap<string, number>): string {
  const body = rows.map((row) => toRow(row, posts.get(row.documentId) ?? 0)).join('\n')
  return `<div class="wide"><table>
<thead><tr><th>Получен</th><th>Документ</th><th>Исследование</th><th>Версия</th><th>Состояние</th><th>Номер в реестре</th><th>Отправок</th></tr></thead>
<tbody>
${body}
</tbody></table></div>`
}

function toRow(row: Registration, posts: number): string {
  const status = row.withdrawnAt
    ? 'Отозвано'
    : row.answer
      ? STATUS[row.answer.status]
      : 'На проверке'
  const cells = [
    escapeHtml(toTime(row.receivedAt)),
    `<code>${escapeHtml(row.documentId)}</code>`,
    escapeHtml(row.analysisType),
    String(row.versionNumber),
    status,
    escapeHtml(row.answer?.registryId ?? '—'),
    String(posts),
  ]
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
}
