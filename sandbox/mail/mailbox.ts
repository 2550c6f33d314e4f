import { openAppendLog } from '../shared/append-log.ts'

export interface ReceivedMail {
  readonly receivedAt: string
  readonly from: string
  readonly to: readonly string[]
  readonly messageId: string
  readonly subject: string
  readonly text: string
}

/** Mails as they came, repeats included; all in `mails.jsonl`, the newest in memory. */
export interface Mailbox {
  add(mail: ReceivedMail): void
  /** Newest first. */
  list(): readonly ReceivedMail[]
  readonly total: () => number
  close(): void
}

const KEPT = 2000

export function openMailbox(path: string): Mailbox {
  const log = openAppendLog<ReceivedMail>(path)
  const mails = log.entries.slice(-KEPT)
  let total = log.entries.length
  return {
    add(mail) {
      log.append(mail)
      mails.push(mail)
      total += 1
      if (mails.length > KEPT) mails.shift()
    },
    list: () => mails.toReversed(),
    total: () => total,
    close: () => log.close(),
  }
}
