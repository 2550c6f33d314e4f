export { createSmtpNotifier, type SmtpOptions } from './smtp/smtp-notifier.ts'
