import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createSmtpNotifier } from '../../../adapters/notifications/smtp/smtp-notifier.ts'
import { createSandbox, type Sandbox } from '../../../sandbox/create-sandbox.ts'

const dir = mkdtempSync(join(tmpdir(), 'gonets-mail-'))
let sandbox: Sandbox
let notifier: ReturnType<typeof createSmtpNotifier>
beforeAll(async () => {
  sandbox = await createSandbox({ dir })
  notifier = createSmtpNotifier({
    url: `smtp://user:password@127.0.0.1:${sandbox.smtpPort}`,
    from: 'Гонец <gonets@lab.test>',
    timeoutMs: 500,
  })
})
afterAll(async () => {
  notifier.close()
  await sandbox.close()
  rmSync(dir, { recursive: true, force: true })
})

const message = {
  id: 'n-1',
  to: 'testova@example.test',
  subject: 'Документ «Общий анализ крови» готов — откройте его в личном кабинете на портале',
  text: 'Добрый день!\n\nДля Вас доступен новый документ <b>&\nСтрока, которая длиннее семидесяти шести знаков, чтобы её пришлось перенести при кодировании.',
}
const faults = (method: 'POST' | 'DELETE', fault?: object) =>
  fetch(`${sandbox.url}/faults`, {
    method,
    ...(fault && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ target: 'smtp', ...fault }),
    }),
  })
const inbox = async () =>
  (await (await fetch(`${sandbox.url}/inbox.json`)).json()) as {
    total: number
    mails: { subject: string; text: string; to: string[]; messageId: string }[]
  }

it('shows the mail as written, on the page as harmless text', async () => {
  const { reference } = await notifier.send(message)
  const { mails } = await inbox()
  expect(mails[0]).toMatchObject({
    ...{ subject: message.subject, text: message.text },
    to: [message.to],
  })
  expect(mails[0]?.messageId).toBe(reference)
  const page = await (await fetch(`${sandbox.url}/inbox`)).text()
  expect(page).toContain('доступен новый документ &lt;b&gt;&amp;')
  expect(page).not.toContain('<b>&\n')
})

it.each([
  [{ mode: 'refuse' }, { code: 'notification-refused', details: { reply: 550 } }],
  [{ mode: 'busy' }, { code: 'notification-unavailable', details: { reply: 451 } }],
  [{ mode: 'down' }, { code: 'notification-unavailable' }],
  [{ mode: 'cut' }, { code: 'notification-ambiguous' }],
])('%j', async (fault, expected) => {
  await faults('POST', { ...fault, match: { recipient: message.to } })
  await expect(notifier.send(message)).rejects.toMatchObject(expected)
  await faults('DELETE')
  await expect(notifier.send({ ...message, id: 'after' })).resolves.toBeDefined()
})

it('down for everybody also turns new connections away', async () => {
  await faults('POST', { mode: 'down' })
  const fresh = createSmtpNotifier({
    url: `smtp://127.0.0.1:${sandbox.smtpPort}`,
    from: 'gonets@lab.test',
    timeoutMs: 500,
  })
  await expect(fresh.send(message)).rejects.toMatchObject({ code: 'notification-unavailable' })
  fresh.close()
  await faults('DELETE')
})

it('a mail handed over before the cut is kept: a repeat shows as a second one with the same id', async () => {
  const before = (await inbox()).total
  await faults('POST', { mode: 'cut', times: 1 })
  await expect(notifier.send({ ...message, id: 'twice' })).rejects.toMatchObject({
    class: 'ambiguous',
  })
  await notifier.send({ ...message, id: 'twice' })
  const { total, mails } = await inbox()
  expect(total - before).toBe(2)
  expect(mails[0]?.messageId).toBe(mails[1]?.messageId)
})
