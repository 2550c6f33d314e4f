import type { Intake } from './laboratory-systems.ts'
import type { Event, Listed } from './observe.ts'
import { emailOf } from './results.ts'

/** What the registry's side has in its books. */
export interface Registered {
  readonly totals: { readonly registeredTwice?: number }
  readonly documents: readonly {
    readonly documentId: string
    readonly setId: string
    readonly versionNumber: number
    readonly status: string
    readonly registryId: string | null
    readonly registrations: number
  }[]
}

export interface Evidence {
  readonly intake: Intake
  readonly listed: readonly Listed[]
  readonly registered: Registered
  /** Mails as they arrived: recipient and subject. */
  readonly mails: readonly { readonly to: readonly string[]; readonly subject: string }[]
  readonly events: ReadonlyMap<string, readonly Event[]>
}

export interface Findings {
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  readonly disagreements: readonly string[]
  readonly mailsDoubled: readonly string[]
  /** News to patients that the product itself says may not have left; not a fault, but somebody has to look. */
  readonly mailsUncertain: number
}

const NEWS = 'Новый документ в личном кабинете'

/** Compares, result by result, what the systems were promised with the API's list, the registry's books and the inbox. */
export function audit(evidence: Evidence): Findings {
  const listed = new Map(evidence.listed.map((submission) => [submission.id, submission]))
  const books = new Map(evidence.registered.documents.map((entry) => [entry.documentId, entry]))
  const lost: string[] = []
  const doubled: string[] = []
  const disagreements: string[] = [...evidence.intake.refused]
  const twice = evidence.registered.totals.registeredTwice ?? 0
  if (twice > 0) doubled.push(`${twice} versions are in the registry twice`)
  for (const [item, ids] of submissionsOf(evidence.intake)) {
    if (ids.first.length > 1) doubled.push(`result ${item} is ${ids.first.length} submissions`)
    if (ids.revised.length > 1)
      doubled.push(`the correction of result ${item} is ${ids.revised.length} submissions`)
    for (const id of [...ids.first, ...ids.revised]) {
      const submission = listed.get(id)
      if (submission === undefined) lost.push(`result ${item}: ${id} is not in the list`)
      else disagreements.push(...disagreementsOf(item, submission, books))
    }
    for (const id of ids.revised)
      disagreements.push(
        ...auditReplacement(item, listed.get(ids.first[0] ?? ''), listed.get(id), books),
      )
  }
  const known = new Set(evidence.listed.flatMap((one) => one.versions.map((v) => v.documentId)))
  for (const { documentId } of evidence.registered.documents)
    if (!known.has(documentId)) disagreements.push(`document ${documentId} is nobody's`)
  const { ids, revised } = evidence.intake
  const promised = new Set([...ids.values(), ...revised.values()].flatMap((some) => [...some]))
  for (const { id } of evidence.listed)
    if (!promised.has(id)) disagreements.push(`submission ${id} was promised to nobody`)
  const { mailDisagreements, ...mails } = auditMails(evidence)
  disagreements.push(...mailDisagreements)
  return { lost, doubled, disagreements, ...mails }
}

/** By result. A late repeat of the first message is answered with the correction that has replaced it. */
function submissionsOf({ ids, revised }: Intake) {
  return [...ids].map(([item, all]) => {
    const corrections = revised.get(item) ?? new Set<string>()
    const first = [...all].filter((id) => !corrections.has(id))
    return [item, { first, revised: [...corrections] }] as const
  })
}

/** A correction of a registered result: the same set, the next number, and it says what it replaces. */
function auditReplacement(
  item: number,
  first: Listed | undefined,
  replacing: Listed | undefined,
  books: ReadonlyMap<string, Registered['documents'][number]>,
): string[] {
  if (!first || !replacing) return []
  const entriesOf = ({ versions }: Listed) =>
    versions.flatMap(({ documentId }) => books.get(documentId) ?? [])
  const before = entriesOf(first).at(-1)
  const after = entriesOf(replacing)[0]
  const found: string[] = []
  if (replacing.replaces !== first.id) found.push(`result ${item}: replaces ${replacing.replaces}`)
  if (after?.setId !== before?.setId) found.push(`result ${item}: its correction is of another set`)
  if (after && after.versionNumber !== (before?.versionNumber ?? 0) + 1)
    found.push(`result ${item}: number ${after.versionNumber} follows ${before?.versionNumber}`)
  return found
}

function disagreementsOf(
  item: number,
  submission: Listed,
  books: ReadonlyMap<string, Registered['documents'][number]>,
): string[] {
  const found: string[] = []
  const registered = submission.versions.filter(
    ({ documentId }) => books.get(documentId)?.registrations === 1,
  )
  const retained = submission.phase === 'retained'
  const name = `result ${item} (${submission.id})`
  if (!retained && registered.length > 0)
    found.push(`${name}: registered, but the API says ${submission.phase}`)
  if (!retained) return found
  const last = submission.versions.find(({ version }) => version === submission.version)
  const entry = books.get(last?.documentId ?? '')
  if (entry?.registrations !== 1) found.push(`${name}: retained, but not in the registry`)
  else if (entry.registryId !== submission.registryId)
    found.push(`${name}: ${submission.registryId} here, ${entry.registryId} in the registry`)
  if (registered.length > 1) found.push(`${name}: ${registered.length} versions registered`)
  return found
}

/** A patient hears of each result once, and once more of its correction; each patient of a run has one result. */
function auditMails({ intake, listed, mails, events }: Evidence) {
  const retained = new Set(listed.filter(({ phase }) => phase === 'retained').map(({ id }) => id))
  const news = new Map<string, number>()
  for (const { to, subject } of mails)
    if (subject === NEWS) for (const address of to) news.set(address, (news.get(address) ?? 0) + 1)
  const mailsDoubled: string[] = []
  const mailDisagreements: string[] = []
  let mailsUncertain = 0
  for (const [item, { first, revised }] of submissionsOf(intake)) {
    const arrived = news.get(emailOf(item)) ?? 0
    const words = [...first, ...revised].map((id) => (events.get(id) ?? []).filter(isNewsToPatient))
    const told = words.flat()
    const sent = told.filter(({ type }) => type === 'notification.sent').length
    if (arrived > Math.max(1, words.filter((some) => some.length > 0).length))
      mailsDoubled.push(`result ${item}: ${arrived} mails to the patient`)
    if (told.length > sent) mailsUncertain += 1
    if (arrived < sent)
      mailDisagreements.push(`result ${item}: ${sent} mails were sent, ${arrived} arrived`)
    const untold = [...first, ...revised].filter((id, at) => retained.has(id) && !words[at]?.length)
    if (untold.length > 0)
      mailDisagreements.push(`result ${item}: the patient was never written to`)
  }
  return { mailsDoubled, mailsUncertain, mailDisagreements }
}

/** The last word about the mail that tells the patient of the document. */
export function isNewsToPatient({ type, details }: Event): boolean {
  return (
    type.startsWith('notification.') &&
    details.kind === 'document-available' &&
    details.recipient === 'patient'
  )
}
