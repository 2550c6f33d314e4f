import type { Event, Listed } from './observe.ts'
import { emailOf } from './people.ts'

export interface MailFindings {
  readonly mailsDoubled: readonly string[]
  readonly mailsUncertain: number
  readonly disagreements: readonly string[]
}

const NEWS = 'Новый документ в личном кабинете'

/** A patient hears of each registered version once; each patient of a run has one result. */
export function auditMails(
  submissions: ReadonlyMap<number, readonly Listed[]>,
  mails: readonly { readonly to: readonly string[]; readonly subject: string }[],
  events: ReadonlyMap<string, readonly Event[]>,
): MailFindings {
  const news = new Map<string, number>()
  for (const { to, subject } of mails)
    if (subject === NEWS) for (const address of to) news.set(address, (news.get(address) ?? 0) + 1)
  const mailsDoubled: string[] = []
  const disagreements: string[] = []
  let mailsUncertain = 0
  for (const [item, own] of submissions) {
    const arrived = ([0, 1] as const)
      .map((person) => news.get(emailOf(item, person)) ?? 0)
      .reduce((sum, count) => sum + count)
    const words = own.map(({ id }) => (events.get(id) ?? []).filter(isNewsToPatient))
    const told = words.flat()
    const sent = told.filter(({ type }) => type === 'notification.sent').length
    const versions = words.flatMap((some) => [...new Set(some.map(({ version }) => version))])
    if (arrived > Math.max(1, versions.length))
      mailsDoubled.push(`result ${item}: ${arrived} mails to the patient`)
    if (told.length > sent) mailsUncertain += 1
    if (arrived < sent)
      disagreements.push(`result ${item}: ${sent} mails were sent, ${arrived} arrived`)
    const untold = own.filter((one, at) => isToBeTold(one) && !words[at]?.length)
    if (untold.length > 0) disagreements.push(`result ${item}: the patient was never written to`)
  }
  return { mailsDoubled, mailsUncertain, disagreements }
}

/** The patient is not sent to a document that has been outrun: what replaces it is told. */
export const isToBeTold = ({ phase, status, replacedBy }: Listed) =>
  phase === 'retained' && status === 'accepted' && replacedBy === null

/** The last word about the mail that tells the patient of the document. */
export function isNewsToPatient({ type, details }: Event): boolean {
  return (
    type.startsWith('notification.') &&
    details.kind === 'document-available' &&
    details.recipient === 'patient'
  )
}
