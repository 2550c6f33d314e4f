import { Verdict } from '../submission/verdict.ts'

/** What settles a document at the registry; a sign of life does not. */
export type FinalVerdict = Exclude<Verdict, 'processing'>
export type Refusal = Exclude<FinalVerdict, 'accepted'>

/** Why a person is asked about the registry's word on a document: the code of the question. */
export const Dispute = {
  /** It contradicts what was believed, or one message says two things. */
  contradicts: 'registry-contradicts',
  /** It names a registry number that another document holds. */
  numberTaken: 'registry-number-taken',
} as const
export type Dispute = (typeof Dispute)[keyof typeof Dispute]

/** What is written down about one document at the registry: columns of `submission_version`. */
export interface Entry {
  /** Since then it may have got there. */
  readonly leftAt: Date | null
  /** Since then the registry no longer holds it; without `leftAt` it never got there. */
  readonly withdrawnAt: Date | null
  /** An acceptance stays until a withdrawal or a person takes it back. */
  readonly verdict: FinalVerdict | null
  readonly registryId: string | null
  readonly disputed: Dispute | null
}
export const BLANK: Entry = {
  leftAt: null,
  withdrawnAt: null,
  verdict: null,
  registryId: null,
  disputed: null,
}

export type Belief =
  | { readonly state: 'unsent' | 'out' | 'withdrawn' }
  | { readonly state: 'accepted'; readonly registryId: string | null }
  | { readonly state: 'refused'; readonly verdict: Refusal }
/** `contradicted`: a person is asked; `believed` holds until they decide. */
export type Book =
  | Belief
  | { readonly state: 'contradicted'; readonly question: Dispute; readonly believed: Belief }

/** Total. */
export function toBook(entry: Entry): Book {
  const believed = toBelief(entry)
  return entry.disputed === null
    ? believed
    : { state: 'contradicted', question: entry.disputed, believed }
}

function toBelief({ leftAt, withdrawnAt, verdict, registryId }: Entry): Belief {
  if (withdrawnAt !== null) return { state: 'withdrawn' }
  if (verdict === Verdict.accepted) return { state: 'accepted', registryId }
  if (verdict !== null) return { state: 'refused', verdict }
  return { state: leftAt === null ? 'unsent' : 'out' }
}

/** The registry holds it as far as we know: what follows has to name it in `replaces`. */
export function isRegistered(book: Book): boolean {
  return (book.state === 'contradicted' ? book.believed : book).state === 'accepted'
}

/** A book in one word: kept beside the phase (`submission.book`), so that the status follows from one row. */
export const BOOK_WORDS = [
  'unsent',
  'out',
  'accepted',
  'rejected',
  'correction-required',
  'clarification-required',
  'withdrawn',
  'contradicted',
] as const
export type BookWord = (typeof BOOK_WORDS)[number]

export function toWord(book: Book): BookWord {
  return book.state === 'refused' ? book.verdict : book.state
}
