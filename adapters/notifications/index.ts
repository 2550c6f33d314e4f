export { createSmtpNotifier } from './smtp/smtp-notifier.ts'
