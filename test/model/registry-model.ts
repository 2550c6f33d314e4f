import { randomUUID } from 'node:crypto'
import type { Registry } from '../../adapters/registries/port.ts'
import { AppError } from '../../domain/shared/app-error.ts'
import type { RegistryAnswer } from '../../domain/submission/registry-answer.ts'

/** One document in the registry's books. */
interface Entry {
  readonly documentId: string
  readonly digest: string
  readonly setId: string
  readonly versionNumber: number
  readonly replaces: string | undefined
  readonly value: string
  readonly patient: string
  readonly takenAt: number
  answer?: RegistryAnswer
  withdrawn: boolean
  /** It was rejected first: a later document may have left without naming it. */
  recanted: boolean
}

export type Mood = 'takes' | 'takes-and-hangs-up' | 'hangs-up' | 'refuses'
export interface Moods {
  /** How it treats the next document. */
  next(): Mood
  /** Whether it accepts a document; the last try of a world is always accepted. */
  accepts(): boolean
}

/** The registry as its contract says, with books that say at every moment what is in force. */
export function createRegistryModel(moods: Moods, givesBack: boolean) {
  const books = new Map<string, Entry>()
  const faults: string[] = []
  let answered = 0
  let taken = 0

  const raw = (value: object) => Buffer.from(JSON.stringify(value))
  const isHeld = ({ answer, withdrawn }: Entry) => answer?.verdict === 'accepted' && !withdrawn
  /** Held, and none that is held names it: what replaced it may have been taken back. */
  const inForce = () => {
    const held = [...books.values()].filter(isHeld)
    return held.filter(({ documentId }) => held.every(({ replaces }) => replaces !== documentId))
  }

  /** In force of the same set. The document of another patient is withdrawn by its own run; the right one does not wait. */
  const beside = (entry: Entry) =>
    inForce().filter(({ setId, documentId }) => {
      return setId === entry.setId && documentId !== entry.documentId
    })

  function take({ submission }: Parameters<Registry['submit']>[0]): Entry {
    const known = books.get(submission.documentId)
    if (known) {
      if (known.digest !== submission.document.digest)
        faults.push(`document ${submission.documentId} came with other bytes`)
      return known
    }
    const twin = [...books.values()].find(
      (other) =>
        other.setId === submission.setId && other.versionNumber === submission.versionNumber,
    )
    if (twin) faults.push(`version ${submission.versionNumber} of a set came twice`)
    const { report } = JSON.parse(submission.document.xml.toString().slice(10, -11)) as {
      report: { patient: { snils: string }; observations: { value: { value: string } }[] }
    }
    const entry: Entry = {
      documentId: submission.documentId,
      digest: submission.document.digest,
      setId: submission.setId,
      versionNumber: submission.versionNumber,
      replaces: submission.replacesDocumentId,
      value: report.observations[0]?.value.value ?? '',
      patient: report.patient.snils,
      takenAt: ++taken,
      withdrawn: false,
      recanted: false,
    }
    books.set(entry.documentId, entry)
    return entry
  }

  function say(entry: Entry, accepted: boolean, now: Date): RegistryAnswer {
    answered += 1
    const answer: RegistryAnswer = {
      messageId: `m-${answered}-${randomUUID().slice(0, 8)}`,
      documentId: entry.documentId,
      verdict: accepted ? 'accepted' : 'rejected',
      registryId: accepted ? `REG-${randomUUID()}` : undefined,
      issues: [],
      answeredAt: now,
    }
    entry.answer = answer
    return answer
  }

  const registry: Registry = {
    async submit(input) {
      const mood = moods.next()
      if (mood === 'hangs-up') throw new AppError('registry-connection-lost', 'ambiguous')
      const known = books.has(input.submission.documentId)
      if (mood === 'refuses' && !known) {
        const issues = [
          { code: 'field-invalid', pointer: '', detail: 'нет', severity: 'error' } as const,
        ]
        return { kind: 'refused', issues, receipt: raw({}), request: raw({}) }
      }
      const { documentId } = take(input)
      if (mood === 'takes-and-hangs-up') throw new AppError('registry-connection-lost', 'ambiguous')
      return { kind: 'taken', receiptId: documentId, receipt: raw({}), request: raw({}) }
    },
    async find({ documentId }) {
      const entry = books.get(documentId)
      if (!entry) return { kind: 'not-found' }
      const { digest, answer } = entry
      if (!answer) return { kind: 'taken', receiptId: documentId, digest }
      return { kind: 'answered', answer, raw: raw(answer), digest }
    },
    async withdraw({ documentId, reason }) {
      const entry = books.get(documentId)
      if (!entry) return { kind: 'refused', code: 'document-unknown', raw: raw({}) }
      const follows = reason === 'superseded' && beside(entry).length === 0
      if (entry.answer && !givesBack && follows)
        return { kind: 'refused', code: 'answered', raw: raw({}) }
      entry.withdrawn = true
      return { kind: 'withdrawn', raw: raw({ documentId }) }
    },
    async testConnection() {
      return { status: 'OK', transactionId: 't' }
    },
  }

  return {
    registry,
    faults,
    inForce,
    entries: () => [...books.values()],
    /** Documents that wait for their answer. */
    open: () => [...books.values()].filter(({ answer, withdrawn }) => !answer && !withdrawn),
    /** Decides about a document, and says so. */
    decide(entry: Entry, now: Date): RegistryAnswer {
      const answer = say(entry, moods.accepts(), now)
      if (answer.verdict === 'accepted' && beside(entry).some(({ recanted }) => !recanted))
        faults.push('a document was registered beside one that is in force')
      return answer
    },
    /** Accepts what it has rejected. */
    recant(entry: Entry, now: Date): RegistryAnswer {
      entry.recanted = true
      return say(entry, true, now)
    },
  }
}
