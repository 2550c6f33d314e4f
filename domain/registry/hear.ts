import { assertNever } from '../shared/assert-never.ts'
import { Verdict } from '../submission/verdict.ts'
import { Dispute, type Entry, type Refusal } from './book.ts'

/** One thing that was heard about a document, in the order of hearing. */
export type Word =
  | HeardAnswer
  /** It is about to be sent. */
  | { readonly kind: 'left'; readonly at: Date }
  /** The registry gave it back; `arrived: false` says that it never had it. */
  | { readonly kind: 'withdrawn'; readonly at: Date; readonly arrived: boolean }
  | Decision

interface HeardAnswer {
  readonly kind: 'answer'
  readonly verdict: Verdict
  readonly registryId: string | null
  /** By the registry's clock. */
  readonly answeredAt: Date
  readonly receivedAt: Date
  /** Another document holds the number it names. */
  readonly numberTaken: boolean
  /** Its message id was used for another final answer before. */
  readonly saidOtherwise: boolean
}

/** What a person found out; `refused` restores what was known before the acceptance. */
type Decision =
  | { readonly kind: 'decided'; readonly decision: 'accepted'; readonly registryId: string | null }
  | {
      readonly kind: 'decided'
      readonly decision: 'refused'
      readonly verdict: Refusal | null
      readonly withdrawnAt: Date | null
    }

/** What is believed after one more word. Total; the same words in the same order always lead to the same entry. */
export function hear(entry: Entry, word: Word): Entry {
  switch (word.kind) {
    case 'left':
      return { ...entry, leftAt: entry.leftAt ?? word.at }
    case 'withdrawn':
      return {
        ...entry,
        leftAt: word.arrived ? (entry.leftAt ?? word.at) : null,
        withdrawnAt: word.at,
        disputed: null,
      }
    case 'decided':
      return decided(entry, word)
    case 'answer':
      return answered({ ...entry, leftAt: leftBy(entry, word) }, entry, word)
    default:
      return assertNever(word)
  }
}

/** An answer proves that the document got there, unless the registry has just said that it never did. */
function leftBy(entry: Entry, { receivedAt }: HeardAnswer): Date {
  return entry.leftAt ?? receivedAt
}

function answered(entry: Entry, before: Entry, answer: HeardAnswer): Entry {
  if (answer.verdict === Verdict.processing) return entry
  const heard =
    answer.verdict === Verdict.accepted
      ? accepted(entry, before, answer)
      : refused(entry, answer.verdict)
  return answer.saidOtherwise ? dispute(heard) : heard
}

/** It stays accepted whatever is heard later, because a registered document that nobody knows of is the worst that can be. */
function accepted(entry: Entry, before: Entry, answer: HeardAnswer): Entry {
  const { registryId } = answer
  if (entry.verdict === Verdict.accepted && entry.withdrawnAt === null) {
    const same = !registryId || !entry.registryId || registryId === entry.registryId
    if (!same) return dispute(entry)
    if (entry.registryId === null && answer.numberTaken) return dispute(entry, Dispute.numberTaken)
    return { ...entry, registryId: entry.registryId ?? registryId }
  }
  if (answer.numberTaken) return dispute(entry, Dispute.numberTaken)
  const registered = { ...entry, verdict: Verdict.accepted, registryId }
  if (precedesWithdrawal(before, answer)) return registered
  if (entry.verdict === null && entry.withdrawnAt === null) return registered
  return dispute({ ...registered, withdrawnAt: null })
}

/** Given before the registry took the document back, by the registry's own clock, and delivered late. */
function precedesWithdrawal({ leftAt, withdrawnAt }: Entry, { answeredAt }: HeardAnswer): boolean {
  return leftAt !== null && withdrawnAt !== null && answeredAt <= withdrawnAt
}

/** The last refusal counts. Of a withdrawn document it says nothing new. */
function refused(entry: Entry, verdict: Refusal): Entry {
  if (entry.withdrawnAt !== null) return entry
  if (entry.verdict === Verdict.accepted) return dispute(entry)
  return { ...entry, verdict }
}

/** A person is asked; the question that is open already stays. */
export function dispute(entry: Entry, question: Dispute = Dispute.contradicts): Entry {
  return { ...entry, disputed: entry.disputed ?? question }
}

function decided(entry: Entry, word: Decision): Entry {
  if (word.decision === 'accepted') {
    const { registryId } = word
    return { ...entry, verdict: Verdict.accepted, registryId, withdrawnAt: null, disputed: null }
  }
  const { verdict, withdrawnAt } = word
  return { ...entry, verdict, withdrawnAt, registryId: null, disputed: null }
}
