import type { Content } from './contents.ts'
import { type Booked, inForce, isHeld } from './registry-books.ts'

export interface ChainFindings {
  readonly doubled: readonly string[]
  readonly forked: readonly string[]
  readonly disagreements: readonly string[]
}

/** Walks every set: each number once, one document in force at most, and each names what was in force before it. */
export function auditChains(
  documents: readonly Booked[],
  contents: ReadonlyMap<string, Content>,
): ChainFindings {
  const doubled: string[] = []
  const forked: string[] = []
  const disagreements: string[] = []
  for (const [setId, own] of Map.groupBy(documents, (document) => document.setId)) {
    const name = `set ${setId}`
    for (const [number, same] of Map.groupBy(own, ({ versionNumber }) => versionNumber))
      if (same.length > 1) doubled.push(`${name}: number ${number} is ${same.length} documents`)
    const shown = inForce(own)
    if (shown.length > 1) forked.push(`${name}: ${shown.map(describe).join(' and ')} are in force`)
    forked.push(...sharedReplacements(name, own))
    disagreements.push(...wrongLinks(name, own))
    const people = new Set(own.flatMap(({ documentId }) => contents.get(documentId)?.snils ?? []))
    if (people.size > 1) disagreements.push(`${name}: ${people.size} patients`)
  }
  return { doubled, forked, disagreements }
}

const describe = ({ documentId, versionNumber }: Booked) => `${versionNumber} (${documentId})`

/** Two documents that are held say that they have replaced the same one. */
function sharedReplacements(name: string, own: readonly Booked[]): string[] {
  const links = own.filter((document) => isHeld(document) && document.replaces !== null)
  return [...Map.groupBy(links, ({ replaces }) => replaces)].flatMap(([replaces, same]) =>
    same.length > 1 ? [`${name}: ${same.map(describe).join(' and ')} replace ${replaces}`] : [],
  )
}

/**
 * A document that is held names the newest one before it that the registry held when it came, or none. One that was accepted
 * after all, when the next may have left, and was taken back for it, need not be named.
 */
function wrongLinks(name: string, own: readonly Booked[]): string[] {
  return own.filter(isHeld).flatMap((document) => {
    const before = own
      .filter((other) => other.versionNumber < document.versionNumber)
      .filter((other) => wasHeld(other, document.receivedAt))
      .toSorted((a, b) => b.versionNumber - a.versionNumber)[0]
    const replaces = document.replaces ?? undefined
    if (replaces === before?.documentId) return []
    return [
      `${name}: ${describe(document)} replaces ${replaces}, not ${before && describe(before)}`,
    ]
  })
}

const wasHeld = ({ status, withdrawnAt, answers }: Booked, at: string) =>
  status === 'accepted' &&
  (withdrawnAt === null || (withdrawnAt > at && answers.every((one) => one.status === status)))
