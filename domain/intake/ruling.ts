import { compareWords, type KnownWord, type Word } from './word.ts'

/** Where the newest word that counts stands on its way. */
export interface Head extends KnownWord {
  /** It waits for new content: for the final result, or for a correction. */
  readonly waits: boolean
}

/**
 * - `repeated`: said before, by the submission named. `confirms`: the last word said again, later.
 * - `next`: the laboratory's last word from now on.
 * - `outdated`: older than the last word, and never heard before: recorded, never sent.
 * - `contested`: what is stated does not tell which one is the last: a person decides, and nothing is sent meanwhile.
 */
export type Ruling =
  | { readonly kind: 'repeated'; readonly submissionId: string; readonly confirms?: true }
  | { readonly kind: 'next' | 'outdated' | 'contested' }

const NEXT: Ruling = { kind: 'next' }
const OUTDATED: Ruling = { kind: 'outdated' }
const CONTESTED: Ruling = { kind: 'contested' }

/**
 * What a word means beside what the laboratory has said of this result (docs/intake.md). `known` holds every word, of
 * whatever standing, oldest first; `head` is the newest that counts.
 */
export function ruleOnWord(word: Word, known: readonly KnownWord[], head: Head): Ruling {
  const same = known.filter(({ digest }) => digest === word.digest)
  const retried = same.find((one) => isSameMessage(word, one))
  if (retried) return repeated(retried)
  const order = compareWords(word, head)
  if (head.digest === word.digest)
    return order === 'after' ? { ...repeated(head), confirms: true } : repeated(head)
  if (word.confirmed && !head.confirmed) return hasLowerVersion(word, head) ? CONTESTED : NEXT
  if (!word.confirmed && head.confirmed) return ruleOnDoubt(order, same, head)
  if (order === 'after') return NEXT
  if (order === 'before') return ruleOnEarlier(word, same, head)
  return word.corrects ? ruleOnCorrection(word, same) : ruleOnUnmarked(word, same, head)
}

/** A message keeps its identity when it is sent again; without one, the times that it states must be the same. */
function isSameMessage(word: Word, known: KnownWord): boolean {
  if (word.messageKey !== undefined && known.messageKey !== undefined)
    return word.messageKey === known.messageKey
  const stated = word.issuedAt !== undefined || word.sentAt !== undefined
  return stated && word.issuedAt === known.issuedAt && word.sentAt === known.sentAt
}

/** What was confirmed is said to be preliminary again: doubt about what may be on its way, unless it is only late. */
function ruleOnDoubt(
  order: 'before' | 'after' | undefined,
  same: readonly KnownWord[],
  head: Head,
): Ruling {
  if (order === 'after') return head.waits ? NEXT : CONTESTED
  return lastOf(same) ?? OUTDATED
}

function ruleOnEarlier(word: Word, same: readonly KnownWord[], head: Head): Ruling {
  return lastOf(same) ?? (hasLowerVersion(word, head) ? CONTESTED : OUTDATED)
}

/** In the order of receipt, unless it says what was said before: then it may be a message that was delayed. */
function ruleOnCorrection(word: Word, same: readonly KnownWord[]): Ruling {
  if (same.length === 0 || isNewMessage(word, same)) return NEXT
  return CONTESTED
}

function ruleOnUnmarked(word: Word, same: readonly KnownWord[], head: Head): Ruling {
  if (isNewMessage(word, same)) return CONTESTED
  return lastOf(same) ?? (head.waits ? NEXT : CONTESTED)
}

/** Every message with this content is known by its identity, and this is none of them. */
function isNewMessage(word: Word, same: readonly KnownWord[]): boolean {
  return (
    same.length > 0 &&
    word.messageKey !== undefined &&
    same.every(({ messageKey }) => messageKey !== undefined)
  )
}

const hasLowerVersion = (word: Word, head: Head) =>
  word.version !== undefined && head.version !== undefined && word.version < head.version

const repeated = ({ submissionId }: KnownWord) => ({ kind: 'repeated', submissionId }) as const

function lastOf(same: readonly KnownWord[]): Ruling | undefined {
  const last = same.at(-1)
  return last && repeated(last)
}

/** Whether a word that counts settles what was asked about an earlier, contested one: it came later, by what both state. */
export function outdates(word: Word, contested: KnownWord): boolean {
  const order = compareWords(word, contested)
  return order === 'after' || (order === undefined && word.corrects)
}
