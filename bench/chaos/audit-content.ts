import type { Content } from './contents.ts'
import type { Expectation } from './expectations.ts'
import { type Booked, inForce } from './registry-books.ts'

export interface ContentFindings {
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  readonly stale: readonly string[]
  readonly disagreements: readonly string[]
}

/** Compares what the registry shows of each result with the laboratory's last word. */
export function auditContent(
  documents: readonly Booked[],
  contents: ReadonlyMap<string, Content>,
  expected: readonly Expectation[],
): ContentFindings {
  const lost: string[] = []
  const doubled: string[] = []
  const stale: string[] = []
  const disagreements: string[] = []
  for (const { documentId, documentDigest } of documents) {
    const digest = contents.get(documentId)?.digest
    if (digest !== undefined && digest !== documentDigest)
      disagreements.push(`document ${documentId}: other bytes here than at the registry`)
  }
  const shown = Map.groupBy(inForce(documents), ({ documentId }) => {
    const content = contents.get(documentId)
    if (!content) disagreements.push(`document ${documentId} is in force and cannot be read`)
    return content ? keyOf(content) : ''
  })
  for (const expectation of expected) {
    const found = shown.get(keyOf(expectation)) ?? []
    const { name, last, optional } = expectation
    const [first, ...others] = found
    if (others.length > 0) doubled.push(`${name}: ${found.length} documents are in force`)
    if (!first) {
      if (last && !optional) lost.push(`${name}: nothing is in force, ${last.value} was said last`)
      continue
    }
    for (const document of found) stale.push(...comparison(document, contents, expectation))
  }
  return { lost, doubled, stale, disagreements }
}

const keyOf = ({ resultId, analysisCode }: { resultId: string; analysisCode: string }) =>
  `${resultId}/${analysisCode}`

function comparison(
  { documentId }: Booked,
  contents: ReadonlyMap<string, Content>,
  { name, last }: Expectation,
): string[] {
  const held = contents.get(documentId)
  if (!held) return []
  if (!last) return [`${name}: ${held.value} is in force (${documentId}), nothing must be`]
  if (held.snils !== last.snils) return [`${name}: in force for another patient (${documentId})`]
  if (held.value === last.value) return []
  return [`${name}: ${held.value} is in force (${documentId}), ${last.value} was said last`]
}
