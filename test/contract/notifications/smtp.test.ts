import { simpleParser } from 'mailparser'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSmtpNotifier } from '../../../adapters/notifications/smtp/smtp-notifier.ts'
import { type AppError, isAppError } from '../../../domain/shared/app-error.ts'
import { type MailPeer, type Script, startMailPeer } from './mail-peer.ts'

const message = {
  id: 'n-0198c5be-document-available',
  to: 'testova@example.test',
  subject: 'Готов документ: 11 февраля 2026 года — результат лабораторного исследования',
  text: 'Здравствуйте!\n\nДля Вас доступен новый документ.\nОткрыть: https://lk.gosuslugi.ru\n',
}

let peer: MailPeer
let notifier: ReturnType<typeof createSmtpNotifier>
beforeAll(async () => {
  peer = await startMailPeer()
})
afterAll(() => peer.close())
beforeEach(() => {
  notifier = createSmtpNotifier({
    url: `smtp://127.0.0.1:${peer.port}`,
    from: 'Гонец <gonets@lab.test>',
    timeoutMs: 150,
  })
})
afterEach(() => {
  notifier.close()
  peer.play('ok')
  peer.messages.length = 0
})

describe('notifier smtp', () => {
  it('delivers Cyrillic whole, with a stable Message-ID', async () => {
    const first = await notifier.send(message)
    const again = await notifier.send(message)
    expect(again).toEqual(first)
    expect(peer.messages).toHaveLength(2)
    for (const raw of peer.messages) {
      const mail = await simpleParser(raw)
      expect(mail.subject).toBe(message.subject)
      expect(mail.text?.trimEnd()).toBe(message.text.trimEnd())
      expect(mail.from?.value).toEqual([{ address: 'gonets@lab.test', name: 'Гонец' }])
      expect(mail.messageId).toBe(first.reference)
      expect(mail.headers.get('auto-submitted')).toBe('auto-generated')
    }
    expect(first.reference).toBe('<n-0198c5be-document-available@lab.test>')
  })

  it('keeps few connections for many messages', async () => {
    const before = peer.connections()
    const ids = Array.from({ length: 20 }, (_, index) => `many-${index}`)
    await Promise.all(ids.map((id) => notifier.send({ ...message, id })))
    expect(peer.messages).toHaveLength(20)
    expect(peer.connections() - before).toBeLessThanOrEqual(2)
  })

  const refused = { code: 'notification-refused', class: 'permanent' }
  const unavailable = { code: 'notification-unavailable', class: 'transient' }
  const ambiguous = { code: 'notification-ambiguous', class: 'ambiguous' }
  const echo = `<${message.to}> no such user`
  it.each<[string, Script, object]>([
    ['550 for the recipient', { at: 'RCPT', text: `550 ${echo}` }, refused],
    ['554 for the content', { at: 'body', text: `554 spam from ${echo}` }, refused],
    ['451 for the recipient', { at: 'RCPT', text: `451 ${echo}` }, unavailable],
    ['452 for the content', { at: 'body', text: '452 no space' }, unavailable],
    ['421 at DATA', { at: 'DATA', text: '421 going down' }, unavailable],
    ['554 instead of a greeting', { at: 'greeting', text: '554 no service here' }, unavailable],
    ['503 wrong order', { at: 'RCPT', text: '503 MAIL first' }, unavailable],
    ['silence', 'silent', unavailable],
    ['connection cut before the body', 'cut-at-mail', unavailable],
    ['connection cut in the body', 'cut-in-body', ambiguous],
    ['connection cut after the body', 'cut-after-body', ambiguous],
    ['no reply to the body', 'hang-after-body', ambiguous],
  ])('%s', async (_name, script, expected) => {
    peer.play(script)
    const error = await failureOf(notifier.send(message))
    expect(error).toMatchObject(expected)
    expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(
      'testova',
    )
    expect(peer.messages.length).toBeLessThanOrEqual(1)
  })

  it('a dropped idle connection is replaced without a word', async () => {
    await notifier.send(message)
    peer.hangUp()
    await expect(notifier.send({ ...message, id: 'second' })).resolves.toBeDefined()
    expect(peer.messages).toHaveLength(2)
  })

  it.each(['no address', 'a@b.test, c@d.test', ''])(
    'an address that is none (%j) is refused',
    async (to) => {
      const error = await failureOf(notifier.send({ ...message, to }))
      expect(error).toMatchObject(refused)
      expect(peer.messages).toEqual([])
    },
  )

  it('nobody listens', async () => {
    const gone = await startMailPeer()
    await gone.close()
    const lost = createSmtpNotifier({
      url: `smtp://127.0.0.1:${gone.port}`,
      from: 'a@lab.test',
      timeoutMs: 500,
    })
    expect(await failureOf(lost.send(message))).toMatchObject(unavailable)
    lost.close()
  })

  it('sends no file and fetches no address, whatever the text says', async () => {
    await notifier.send({ ...message, text: 'file:///etc/hostname http://127.0.0.1:1/' })
    expect((await simpleParser(peer.messages[0] ?? '')).text).toContain('file:///etc/hostname')
  })
})

async function failureOf(call: Promise<unknown>): Promise<AppError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isAppError(error)) throw new Error('an AppError was expected', { cause: error })
  return error
}
