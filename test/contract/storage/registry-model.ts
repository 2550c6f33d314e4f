import type { Book, BookWord, Refusal } from '../../../domain/registry/book.ts'
import type { Verdict } from '../../../domain/submission/verdict.ts'

/** What must be believed of a few documents, written apart from the product and without a database. */
export interface ModelDocument {
  readonly name: string
  readonly owner: string
  readonly version: number
  left: boolean
  withdrawn: number | undefined
  everWithdrawn: number | undefined
  registered: boolean
  refusal: Refusal | undefined
  number: string | undefined
  asked: 'registry-contradicts' | 'registry-number-taken' | undefined
  readonly said: Saying[]
}
export interface Saying {
  readonly verdict: Verdict
  readonly number: string
  readonly message: string
  readonly reason: string
  readonly at: number
}

const CONTRADICTS = 'registry-contradicts'
const TAKEN = 'registry-number-taken'

export class RegistryModel {
  readonly documents: ModelDocument[] = []
  /** Document asked about, by submission and code. */
  readonly questions = new Map<string, ModelDocument>()

  add(name: string, owner: string, version: number): ModelDocument {
    const nothing = { withdrawn: undefined, everWithdrawn: undefined, refusal: undefined }
    const unknown = { number: undefined, asked: undefined, left: false, registered: false }
    const document = { name, owner, version, ...nothing, ...unknown, said: [] }
    this.documents.push(document)
    return document
  }

  say(document: ModelDocument, saying: Saying): void {
    const under = document.said.filter(({ message }) => message === saying.message)
    if (under.some((known) => means(known) === means(saying))) return
    document.said.push(saying)
    const hadLeft = document.left
    document.left = true
    if (saying.verdict === 'processing') return
    if (saying.verdict === 'accepted') this.accept(document, saying, hadLeft)
    else this.refuse(document, saying.verdict)
    if (under.some(({ verdict }) => verdict !== 'processing')) document.asked ??= CONTRADICTS
    if (document.asked) this.ask(document.owner)
  }

  private accept(document: ModelDocument, { number, at }: Saying, hadLeft: boolean): void {
    const isTaken = this.documents.some((other) => other !== document && other.number === number)
    if (document.registered) {
      if (document.number !== undefined && document.number !== number)
        document.asked ??= CONTRADICTS
      else if (document.number === undefined && isTaken) document.asked ??= TAKEN
      else document.number ??= number
      return
    }
    if (isTaken) {
      document.asked ??= TAKEN
      return
    }
    document.number = number
    if (hadLeft && document.withdrawn !== undefined && at <= document.withdrawn) {
      document.refusal = undefined
      return
    }
    if (document.refusal || document.withdrawn !== undefined) document.asked ??= CONTRADICTS
    document.registered = true
    document.refusal = undefined
    document.withdrawn = undefined
  }

  private refuse(document: ModelDocument, verdict: Refusal): void {
    if (document.withdrawn !== undefined) return
    if (document.registered) document.asked ??= CONTRADICTS
    else document.refusal = verdict
  }

  withdraw(document: ModelDocument, at: number, arrived: boolean): void {
    const wasAsked = document.asked
    document.left = arrived
    document.withdrawn = at
    document.everWithdrawn = at
    document.registered = false
    document.asked = undefined
    if (!wasAsked) return
    for (const [key, about] of this.questions) if (about === document) this.questions.delete(key)
    this.ask(document.owner)
  }

  decide(key: string, decision: 'accepted' | 'refused'): void {
    const document = this.questions.get(key)
    if (!document) throw new Error('nothing was asked')
    this.questions.delete(key)
    const last = document.said.findLast(({ verdict }) => verdict === 'accepted')?.number
    if (key.endsWith(TAKEN) && decision === 'refused') document.asked = undefined
    else {
      const holders = key.endsWith(TAKEN) ? this.takeNumber(document, last) : []
      if (decision === 'accepted') this.register(document, last)
      else unregister(document)
      for (const owner of holders) this.ask(owner)
    }
    this.ask(document.owner)
  }

  private register(document: ModelDocument, last: string | undefined): void {
    const number = document.number ?? last
    const isFree = !this.documents.some((other) => other !== document && other.number === number)
    document.registered = true
    document.number = isFree ? number : undefined
    document.withdrawn = undefined
    document.refusal = undefined
    document.asked = undefined
  }

  /** Who has to be asked about the document that held it. */
  private takeNumber(document: ModelDocument, number: string | undefined): string[] {
    const owners: string[] = []
    for (const holder of this.documents) {
      if (holder === document || holder.number === undefined || holder.number !== number) continue
      holder.number = undefined
      if (!holder.registered) continue
      holder.asked ??= CONTRADICTS
      owners.push(holder.owner)
    }
    return owners
  }

  private ask(owner: string): void {
    for (const code of [CONTRADICTS, TAKEN] as const) {
      const key = `${owner} ${code}`
      const asked = this.documents.filter((one) => one.owner === owner && one.asked === code)
      const newest = asked.toSorted((a, b) => b.version - a.version)[0]
      if (newest && !this.questions.has(key)) this.questions.set(key, newest)
    }
  }
}

function unregister(document: ModelDocument): void {
  const refused = document.said.findLast(
    ({ verdict }) => verdict !== 'accepted' && verdict !== 'processing',
  )?.verdict as Refusal | undefined
  document.registered = false
  document.number = undefined
  document.asked = undefined
  document.withdrawn = document.everWithdrawn
  document.refusal = refused ?? (document.withdrawn === undefined ? 'rejected' : undefined)
}

/** A refusal has no number of its own, and its reasons count. */
export function means({ verdict, number, reason }: Saying): string {
  return `${verdict} ${verdict === 'accepted' ? number : ''} ${reason}`
}

export function stateOf(document: ModelDocument): { state: Book['state']; believed: string } {
  const believed = believedOf(document)
  return { state: document.asked ? 'contradicted' : believed, believed }
}

function believedOf({ withdrawn, registered, refusal, left }: ModelDocument) {
  if (withdrawn !== undefined) return 'withdrawn'
  if (registered) return 'accepted'
  if (refusal) return 'refused'
  return left ? 'out' : 'unsent'
}

export function wordOf(document: ModelDocument): BookWord {
  const { state } = stateOf(document)
  return state === 'refused' ? (document.refusal ?? 'rejected') : state
}
