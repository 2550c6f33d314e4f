/** One document in the overview of the sandbox's portal. */
export interface Booked {
  readonly documentId: string
  readonly setId: string
  readonly versionNumber: number
  readonly replaces: string | null
  readonly documentDigest: string
  readonly consentNumber: string | null
  readonly receivedAt: string
  readonly status: string
  readonly registryId: string | null
  readonly registrations: number
  readonly withdrawnAt: string | null
  readonly delivered: boolean
  readonly answers: readonly { readonly status: string; readonly answeredAt: string }[]
}

/** What the registry's side has in its books. */
export interface Registered {
  readonly totals: { readonly registeredTwice?: number }
  readonly documents: readonly Booked[]
}

export async function readBooks(sandboxUrl: string): Promise<Registered> {
  const answer = await fetch(`${sandboxUrl}/portal/registrations`)
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}`)
  return (await answer.json()) as Registered
}

/** The last thing the registry said of it is that it is registered, and it was not taken back. */
export const isHeld = ({ status, withdrawnAt }: Booked) =>
  status === 'accepted' && withdrawnAt === null

/** What a reader of the registry is shown: held, and no other document that is held says it has replaced it. */
export function inForce(documents: readonly Booked[]): Booked[] {
  const held = documents.filter(isHeld)
  const replaced = new Set(held.map(({ replaces }) => replaces))
  return held.filter(({ documentId }) => !replaced.has(documentId))
}

/** Taken long ago and never answered. */
export function isSilent(document: Booked, now: Date, afterMs: number): boolean {
  const { answers, withdrawnAt, receivedAt } = document
  return (
    answers.length === 0 && withdrawnAt === null && now.getTime() - Date.parse(receivedAt) > afterMs
  )
}

/** An answer that is still on its way to the product. */
export const isUndelivered = ({ answers, delivered }: Booked) => answers.length > 0 && !delivered
