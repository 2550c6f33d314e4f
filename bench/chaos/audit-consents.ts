import type { Content } from './contents.ts'
import type { Booked } from './registry-books.ts'
import { type Will, willAt } from './wills.ts'

/** A send whose consent was read before the patient said no is on its way no longer than this. */
const GRACE_MS = 6_000

/** Documents that the registry was sent without their patient's yes, or under somebody else's. */
export function auditConsents(
  documents: readonly Booked[],
  contents: ReadonlyMap<string, Content>,
  {
    said,
    owners,
  }: {
    readonly said: ReadonlyMap<string, readonly Will[]>
    readonly owners: ReadonlyMap<string, string>
  },
): string[] {
  const found: string[] = []
  /** Numbers that the product made up itself belong to whom it used them for first. */
  const used = new Map<string, string>(owners)
  for (const { documentId, consentNumber, receivedAt } of documents) {
    const snils = contents.get(documentId)?.snils
    if (snils === undefined) continue
    const name = `document ${documentId}`
    if (consentNumber === null) found.push(`${name}: without a consent`)
    else if ((used.get(consentNumber) ?? snils) !== snils)
      found.push(`${name}: under another patient's consent ${consentNumber}`)
    else used.set(consentNumber, snils)
    if (willAt(said.get(snils) ?? [], new Date(receivedAt), GRACE_MS) === 'no')
      found.push(`${name}: sent at ${receivedAt}, after its patient had said no`)
  }
  return found
}
