import type { Reason } from '../faults/fault.ts'
import { type AppendLog, openAppendLog } from '../shared/append-log.ts'

export type AnswerStatus =
  | 'accepted'
  | 'rejected'
  | 'correction_required'
  | 'clarification_required'

/** One answer as it is planned. */
export interface Spoken {
  readonly status: AnswerStatus | 'processing'
  readonly reasons: readonly Reason[]
  /** Under the message id of the answer before. */
  readonly sameMessage?: boolean
  /** Accepted under the number that was given last, whoever has it. */
  readonly sameNumber?: boolean
}

/** Decided when the document is taken, so that a restart gives the same answer. */
export interface Plan {
  /** null = the portal never answers. */
  readonly status: AnswerStatus | null
  readonly reasons: readonly Reason[]
  readonly delayMs: number
  /** How many times the callback is sent. */
  readonly copies: number
  readonly sameNumber?: boolean
  /** A sign of life comes first, and the answer under its message id. */
  readonly signOfLife?: boolean
  /** What is said after the first answer, `pauseMs` after each other. */
  readonly followedBy?: readonly Spoken[]
  readonly pauseMs?: number
  /** Said once the document has been withdrawn. */
  readonly afterWithdrawal?: Spoken
}
export interface Answer {
  readonly messageId: string
  readonly documentId: string
  readonly status: AnswerStatus | 'processing'
  readonly registryId: string | null
  readonly reasons: readonly Reason[]
  readonly answeredAt: string
}
interface Taken {
  readonly documentId: string
  readonly organizationId: string
  readonly analysisType: string
  readonly setId: string
  readonly versionNumber: number
  readonly replaces: string | null
  readonly documentDigest: string
  readonly consentNumber: string | null
  readonly receiptId: string
  readonly receivedAt: string
  readonly plan: Plan
}
export interface Registration extends Taken {
  /** Everything that was said of it, in order. */
  readonly answers: Answer[]
  /** The last of them: what the portal says when it is asked. */
  answer: Answer | undefined
  /** The callback got its 2xx. */
  delivered: boolean
  withdrawnAt: string | undefined
}
type Entry =
  | { readonly what: 'taken'; readonly taken: Taken }
  | { readonly what: 'posted'; readonly documentId: string; readonly at: string }
  | { readonly what: 'answered'; readonly answer: Answer }
  | { readonly what: 'delivered'; readonly documentId: string }
  | { readonly what: 'withdrawn'; readonly documentId: string; readonly at: string }

/** The portal's books, kept in `registrations.jsonl`. No content of a document is kept, only facts about it. */
export interface Registrations {
  find(documentId: string): Registration | undefined
  all(): readonly Registration[]
  take(taken: Omit<Taken, 'receiptId'>): Registration
  /** Every POST that named the document, whether it was taken or not. */
  countPost(documentId: string, at: Date): void
  posts(): ReadonlyMap<string, number>
  answer(documentId: string, spoken: Spoken, at: Date): Answer
  markDelivered(documentId: string): void
  withdraw(documentId: string, at: Date): string
  close(): void
}

export function openRegistrations(path: string): Registrations {
  const log: AppendLog<Entry> = openAppendLog(path)
  const books = new Map<string, Registration>()
  const posts = new Map<string, number>()
  let answers = 0
  let accepted = 0
  let lastNumber: string | null = null
  const apply = (entry: Entry) => {
    if (entry.what === 'taken') {
      books.set(entry.taken.documentId, {
        ...entry.taken,
        answers: [],
        answer: undefined,
        delivered: false,
        withdrawnAt: undefined,
      })
      return
    }
    if (entry.what === 'posted') {
      posts.set(entry.documentId, (posts.get(entry.documentId) ?? 0) + 1)
      return
    }
    const id = entry.what === 'answered' ? entry.answer.documentId : entry.documentId
    const registration = get(id)
    if (entry.what === 'delivered') registration.delivered = true
    if (entry.what === 'withdrawn') registration.withdrawnAt = entry.at
    if (entry.what === 'answered') {
      registration.answer = entry.answer
      registration.answers.push(entry.answer)
      registration.delivered = false
      answers += 1
      if (entry.answer.status === 'accepted') accepted += 1
      lastNumber = entry.answer.registryId ?? lastNumber
    }
  }
  const write = (entry: Entry) => {
    log.append(entry)
    apply(entry)
  }
  const get = (documentId: string): Registration => {
    const registration = books.get(documentId)
    if (!registration) throw new Error('no such document')
    return registration
  }
  for (const entry of log.entries) apply(entry)

  return {
    find: (documentId) => books.get(documentId),
    all: () => [...books.values()],
    take(taken) {
      write({ what: 'taken', taken: { ...taken, receiptId: `rc-${padded(books.size + 1)}` } })
      return get(taken.documentId)
    },
    countPost: (documentId, at) => write({ what: 'posted', documentId, at: at.toISOString() }),
    posts: () => posts,
    answer(documentId, { status, reasons, sameMessage, sameNumber }, at) {
      const own = toRegistryId(accepted + 1, at)
      const registryId = sameNumber ? (lastNumber ?? own) : own
      const before = sameMessage ? get(documentId).answer : undefined
      const answer: Answer = {
        messageId: before?.messageId ?? `m-${padded(answers + 1)}`,
        documentId,
        status,
        registryId: status === 'accepted' ? registryId : null,
        reasons,
        answeredAt: at.toISOString(),
      }
      write({ what: 'answered', answer })
      return answer
    },
    markDelivered: (documentId) => write({ what: 'delivered', documentId }),
    withdraw(documentId, at) {
      write({ what: 'withdrawn', documentId, at: at.toISOString() })
      return at.toISOString()
    },
    close: () => log.close(),
  }
}

/** Every answer that is planned, in order. */
export function sequenceOf(plan: Plan): readonly Spoken[] {
  const { status, reasons, sameNumber = false, signOfLife = false, followedBy = [] } = plan
  if (status === null) return []
  const answer = { status, reasons, sameNumber, sameMessage: signOfLife }
  return [
    ...(signOfLife ? [{ status: 'processing', reasons: [] } as const] : []),
    answer,
    ...followedBy,
  ]
}

/** Looks like the registry's own numbers; opaque to everybody. */
function toRegistryId(number: number, at: Date): string {
  const [year = '', month = ''] = at.toISOString().split('-')
  return `77.75.${year.slice(2)}.${month}.${padded(number)}`
}

function padded(number: number): string {
  return String(number).padStart(9, '0')
}
