import { simpleParser } from 'mailparser'
import { createTransport } from 'nodemailer'
import { expect, it } from 'vitest'
import { readMail } from '../../../sandbox/mail/read-mail.ts'

const subject =
  'Результат лабораторного исследования от 11 февраля 2026 года доступен в личном кабинете'
const text = 'Здравствуйте, Анна Сергеевна!\n\nДокумент = готов.\n'

async function compose(options: object): Promise<Buffer> {
  const transport = createTransport({ streamTransport: true, buffer: true })
  const from = 'Лаборатория «Пример» <lab@example.test>'
  const info = await transport.sendMail({ from, to: 'a@b.test', subject, text, ...options })
  return info.message as Buffer
}

it.each([
  ['base64', { textEncoding: 'base64' }],
  ['quoted-printable', { textEncoding: 'quoted-printable' }],
  ['with an HTML part', { html: '<p>Здравствуйте</p>' }],
  ['with a file', { attachments: [{ filename: 'a.txt', content: 'нет' }] }],
])('reads what a mail program reads: %s', async (_name, options) => {
  const raw = await compose(options)
  const theirs = await simpleParser(raw)
  const ours = readMail(raw)
  expect(ours.subject).toBe(theirs.subject)
  expect(ours.text).toBe(theirs.text?.trimEnd())
  expect(ours.messageId).toBe(theirs.messageId)
  expect(ours.from).toContain('«Пример»')
})

it('survives what is no mail', () => {
  expect(readMail(Buffer.from([0xff, 0xfe, 0x0a])).text).toBe('')
  expect(readMail(Buffer.alloc(0)).subject).toBe('')
  expect(readMail(Buffer.from('Content-Type: text/plain; charset=nonsense\n\nпривет')).text).toBe(
    'привет',
  )
})
