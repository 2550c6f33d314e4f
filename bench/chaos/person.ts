import { setTimeout as pause } from 'node:timers/promises'
import type { PatientClient } from './client.ts'
import { decisionsOn } from './decisions.ts'
import type { Desk } from './desk.ts'
import { noteAnswer, type Taken } from './laboratory-systems.ts'
import { sayAgain } from './messages.ts'
import { type Listed, listAll, listWaiting } from './observe.ts'
import { isSilent, type Registered, readBooks } from './registry-books.ts'
import { corrected, makeLast } from './results.ts'
import { lastWord, PANEL_OF_ANALYSIS, type Story } from './story.ts'
import type { Wills } from './wills.ts'

export interface Office {
  readonly client: PatientClient
  readonly run: string
  readonly sandboxUrl: string
  readonly desk: Desk
  readonly wills: Wills
  readonly taken: Taken
  /** By item. */
  readonly stories: ReadonlyMap<number, Story>
}

/** What the person of a run has done so far. */
export interface Acts {
  decisions: number
  /** What was said once more after a refusal, or because no answer came. */
  saidAgain: number
  retries: number
}

export interface PersonAtWork {
  readonly acts: Acts
  /** Looks once at what waits for a person, thoroughly at everything; true when something did. */
  look(thoroughly?: boolean): Promise<boolean>
}

const SILENCE_MS = 20_000
const RETRY_EVERY_MS = 10_000

/**
 * Who sits at the laboratory's desk. Questions are answered by what the registry's books and the plan of the run say; what is
 * refused is said again, and what stopped is tried again.
 */
export function createPerson(office: Office): PersonAtWork {
  const { client, run, sandboxUrl, desk } = office
  const acts: Acts = { decisions: 0, saidAgain: 0, retries: 0 }
  const retriedAt = new Map<string, number>()
  let notes = 0
  let looks = 0

  const itemOf = ({ source }: Listed) => Number(source.resultId.slice(run.length + 1))
  const fresh = async (id: string) => client.get<Listed>(`/v1/submissions/${id}`)

  async function decide(all: readonly Listed[]): Promise<boolean> {
    const asked = all.filter(({ questions }) => questions.length > 0)
    for (const listed of asked)
      await desk.holdIfFree(itemOf(listed), async () => {
        const now = await fresh(listed.id)
        const key = `limit=200&sourceId=${encodeURIComponent(now.source.resultId)}`
        // After the question: books that were read before it do not hold yet what it is about.
        const books = await readBooks(sandboxUrl).catch(() => undefined)
        if (!books) return
        const { items } = await client.get<{ items: Listed[] }>(`/v1/submissions?${key}`)
        for (const { question, decision } of decisionsOn(now, items, books, office)) {
          const body = { question, decision, reason: 'выяснено' }
          const { status } = await client.post(`/v1/submissions/${now.id}/decisions`, body)
          if (status === 200) acts.decisions += 1
        }
      })
    return asked.length > 0
  }

  /** The last word of the laboratory was refused after all, or nobody answers it: it is said once more. */
  async function repeat(listed: Listed): Promise<void> {
    await desk.holdIfFree(itemOf(listed), async () => {
      const now = await fresh(listed.id)
      if (now.phase !== listed.phase || now.replacedBy !== null || now.questions.length > 0) return
      notes += 1
      const item = itemOf(now)
      const story = office.stories.get(item)
      const panel = PANEL_OF_ANALYSIS[now.analysisCode]
      const word = desk.wordOf(now.id, now.version)
      const note = `Сообщено ещё раз (${notes})`
      if (story && (panel === undefined || word === undefined)) return
      const report = story
        ? await sayAgain(run, story, word ?? 0, panel ?? 'cbc', note)
        : corrected(
            await makeLast(run, item, office.taken.revised.has(item)),
            now.source.version + now.version + 1,
          )
      const byHand = now.phase === 'needs-correction'
      const path = byHand ? `/v1/submissions/${now.id}/corrections` : '/v1/submissions'
      const key = { 'idempotency-key': `${now.id}-${now.version}-${notes}` }
      const answer = await client.post(path, report, key)
      if (answer.status >= 300) return
      const told = answer.body as { id: string; version: number }
      if (!byHand) noteAnswer(office.taken.again, office.taken.refused, item, answer)
      desk.noteWord(told.id, told.version, word ?? 0)
      acts.saidAgain += 1
    })
  }

  async function repeatRefused(all: readonly Listed[], books: Registered): Promise<boolean> {
    const silent = new Set(
      books.documents
        .filter((document) => isSilent(document, new Date(), SILENCE_MS))
        .map(({ documentId }) => documentId),
    )
    const waiting = all.filter((listed) => {
      if (listed.replacedBy !== null || listed.questions.length > 0) return false
      const { phase, status, versions, version } = listed
      const current = versions.find((one) => one.version === version)
      if (phase === 'needs-correction') return office.stories.has(itemOf(listed))
      if (phase === 'retained') return REFUSED.includes(status) && isWanted(listed)
      return phase === 'awaiting-acknowledgement' && silent.has(current?.documentId ?? '')
    })
    for (const listed of waiting) await repeat(listed)
    return waiting.some(({ phase }) => phase !== 'awaiting-acknowledgement')
  }

  /** What no longer counts is nobody's to say again. */
  function isWanted(listed: Listed): boolean {
    const story = office.stories.get(itemOf(listed))
    const panel = PANEL_OF_ANALYSIS[listed.analysisCode]
    if (!story || !panel) return true
    const word = story.words[desk.wordOf(listed.id, listed.version) ?? -1]
    return word !== undefined && word.person === (lastWord(story, panel)?.person ?? -1)
  }

  async function retryStopped(all: readonly Listed[]): Promise<void> {
    for (const { id, phase, reason } of all) {
      if (phase !== 'needs-attention' || reason === 'question-open') continue
      const now = performance.now()
      if (now - (retriedAt.get(id) ?? Number.NEGATIVE_INFINITY) < RETRY_EVERY_MS) continue
      retriedAt.set(id, now)
      const { status } = await client.post(`/v1/submissions/${id}/retry`, {})
      if (status === 200) acts.retries += 1
    }
  }

  return {
    acts,
    async look(thoroughly = false) {
      const books = await readBooks(sandboxUrl).catch(() => undefined)
      if (!books) return true
      looks += 1
      const all =
        thoroughly || looks % EVERYTHING === 1 ? await listAll(client) : await listWaiting(client)
      await retryStopped(all)
      const decided = await decide(all)
      const repeated = await repeatRefused(all, books)
      return decided || repeated
    },
  }
}

/** A question may stand about anything: now and then all of it is looked at. Each time would cost more than the results do. */
const EVERYTHING = 10

const REFUSED: readonly string[] = ['rejected', 'correction-required', 'clarification-required']

const LOOK_EVERY_MS = 1_000

/** Looks again and again until told to stop. */
export async function keepLooking(person: PersonAtWork, until: AbortSignal): Promise<void> {
  while (!until.aborted) {
    await person.look()
    await pause(LOOK_EVERY_MS, undefined, { signal: until }).catch(() => {})
  }
}
