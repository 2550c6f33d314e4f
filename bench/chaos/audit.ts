import { auditChains } from './audit-chains.ts'
import { auditConsents } from './audit-consents.ts'
import { auditContent } from './audit-content.ts'
import { auditMails } from './audit-mails.ts'
import type { Content } from './contents.ts'
import type { Expectation } from './expectations.ts'
import type { Intake } from './laboratory-systems.ts'
import type { Event, Listed } from './observe.ts'
import { type Booked, isHeld, type Registered } from './registry-books.ts'
import type { Will } from './wills.ts'

export interface Evidence {
  readonly intake: Intake
  readonly listed: readonly Listed[]
  readonly registered: Registered
  /** What each document says that the registry was sent. */
  readonly contents: ReadonlyMap<string, Content>
  readonly expected: readonly Expectation[]
  /** Results that were told in several words. */
  readonly stories: ReadonlySet<number>
  readonly wills: {
    readonly said: ReadonlyMap<string, readonly Will[]>
    readonly owners: ReadonlyMap<string, string>
  }
  /** Mails as they arrived: recipient and subject. */
  readonly mails: readonly { readonly to: readonly string[]; readonly subject: string }[]
  readonly events: ReadonlyMap<string, readonly Event[]>
}

export interface Findings {
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  /** Sets in which two documents count. */
  readonly forked: readonly string[]
  /** Results of which the registry holds something else than the last word. */
  readonly stale: readonly string[]
  /** Documents under a foreign or missing consent. */
  readonly consents: readonly string[]
  readonly disagreements: readonly string[]
  readonly mailsDoubled: readonly string[]
  /** News to patients that the product itself says may not have left; not a fault, but somebody has to look. */
  readonly mailsUncertain: number
}

/** Compares, result by result, what was said and promised with the API's list, the registry's books and the inbox. */
export function audit(evidence: Evidence): Findings {
  const { intake, registered, contents, expected, wills } = evidence
  const listed = new Map(evidence.listed.map((submission) => [submission.id, submission]))
  const lost: string[] = []
  const doubled: string[] = []
  const twice = registered.totals.registeredTwice ?? 0
  if (twice > 0) doubled.push(`${twice} versions are in the registry twice`)
  for (const [item, ids] of intake.ids)
    for (const id of ids) if (!listed.has(id)) lost.push(`result ${item}: ${id} is not in the list`)
  for (const [item, ids] of plainSubmissions(evidence)) {
    if (ids.first.length > 1) doubled.push(`result ${item} is ${ids.first.length} submissions`)
    if (ids.revised.length > 1)
      doubled.push(`the correction of result ${item} is ${ids.revised.length} submissions`)
  }
  const content = auditContent(registered.documents, contents, expected)
  const chains = auditChains(registered.documents, contents)
  const mails = auditMails(byItem(evidence), evidence.mails, evidence.events)
  return {
    lost: [...lost, ...content.lost],
    doubled: [...doubled, ...chains.doubled, ...content.doubled],
    forked: chains.forked,
    stale: content.stale,
    consents: auditConsents(registered.documents, contents, wills),
    disagreements: [
      ...intake.refused,
      ...disagreementsOf(evidence, listed),
      ...content.disagreements,
      ...chains.disagreements,
      ...mails.disagreements,
    ],
    mailsDoubled: mails.mailsDoubled,
    mailsUncertain: mails.mailsUncertain,
  }
}

/** Of results told in a word or two. A late repeat of the first message is answered with what has replaced it. */
function plainSubmissions({ intake, stories }: Evidence) {
  return [...intake.ids].flatMap(([item, all]) => {
    if (stories.has(item)) return []
    const revised = intake.revised.get(item) ?? new Set<string>()
    const again = intake.again.get(item) ?? new Set<string>()
    const first = [...all].filter((id) => !revised.has(id) && !again.has(id))
    return [[item, { first, revised: [...revised].filter((id) => !again.has(id)) }] as const]
  })
}

function byItem({ intake, listed }: Evidence): Map<number, Listed[]> {
  const items = new Map([...intake.ids.keys()].map((item) => [String(item), item]))
  const found = new Map<number, Listed[]>()
  for (const submission of listed) {
    const item = items.get(submission.source.resultId.split('-').at(-1) ?? '')
    if (item !== undefined) found.set(item, [...(found.get(item) ?? []), submission])
  }
  return found
}

function disagreementsOf(evidence: Evidence, listed: ReadonlyMap<string, Listed>): string[] {
  const { intake, registered, stories } = evidence
  const { documents } = registered
  const books = new Map(documents.map((entry) => [entry.documentId, entry]))
  const numbers = Map.groupBy(documents, ({ registryId }) => registryId)
  const found: string[] = []
  for (const submission of evidence.listed) found.push(...compare(submission, books, numbers))
  for (const [item, { first, revised }] of plainSubmissions(evidence)) {
    // What was said once more in between has a place of its own in the chain.
    if (intake.again.has(item)) continue
    for (const id of revised)
      found.push(...auditReplacement(item, listed.get(first[0] ?? ''), listed.get(id), books))
  }
  const known = new Set(evidence.listed.flatMap((one) => one.versions.map((v) => v.documentId)))
  for (const { documentId } of documents)
    if (!known.has(documentId)) found.push(`document ${documentId} is nobody's`)
  const promised = new Set(
    [intake.ids, intake.revised, intake.again].flatMap((ids) =>
      [...ids.values()].flatMap((some) => [...some]),
    ),
  )
  const told = new Set([...stories].map(String))
  for (const { id, source } of evidence.listed)
    if (!promised.has(id) && !told.has(source.resultId.split('-').at(-1) ?? ''))
      found.push(`submission ${id} was promised to nobody`)
  return found
}

/** A correction of a registered result: the same set, the next number, and it says what it replaces. */
function auditReplacement(
  item: number,
  first: Listed | undefined,
  replacing: Listed | undefined,
  books: ReadonlyMap<string, Booked>,
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

/** What the product believes of every document beside what the registry really holds. */
function compare(
  { id, source, phase, status, version: current, registryId, versions }: Listed,
  books: ReadonlyMap<string, Booked>,
  numbers: ReadonlyMap<string | null, readonly Booked[]>,
): string[] {
  const found: string[] = []
  const name = `${source.resultId} (${id}, ${phase}, ${status})`
  for (const { version, documentId, registry } of versions) {
    const entry = books.get(documentId)
    const held = entry !== undefined && isHeld(entry)
    if (registry.state === 'contradicted') found.push(`${name}: version ${version} is in doubt`)
    else if (held !== (registry.believed === 'accepted'))
      found.push(
        `${name}: version ${version} is ${registry.believed} here, ${entry?.status ?? 'unknown'} there`,
      )
    if (version !== current || phase !== 'retained' || status !== 'accepted') continue
    if (entry?.status !== 'accepted') found.push(`${name}: retained, but not registered`)
    // A number that the registry gave twice belongs to whom the person said.
    else if (entry.registryId !== registryId && numbers.get(entry.registryId)?.length === 1)
      found.push(`${name}: ${registryId} here, ${entry.registryId} in the registry`)
  }
  return found
}
