import { setTimeout as pause } from 'node:timers/promises'
import type { Answer, PatientClient } from './client.ts'
import type { Desk } from './desk.ts'
import { noteAnswer, type Taken } from './laboratory-systems.ts'
import { type Message, toMessage } from './messages.ts'
import type { Listed } from './observe.ts'
import { type Booked, readBooks } from './registry-books.ts'
import type { Step, Story } from './story.ts'
import type { Weather } from './weather.ts'
import type { Wills } from './wills.ts'

export interface Telling {
  readonly client: PatientClient
  readonly run: string
  readonly sandboxUrl: string
  readonly desk: Desk
  readonly wills: Wills
  readonly weather: Weather
  readonly taken: Taken
  /** Nothing is waited for beyond it: what is left to say is said at once. */
  readonly patience: AbortSignal
}

/** Tells every story from its moment on. */
export async function tellStories(
  telling: Telling,
  stories: readonly Story[],
  startedAt: number,
): Promise<void> {
  await Promise.all(
    stories.map(async (story) => {
      await pause(Math.max(0, startedAt + story.atMs - performance.now()))
      await tellStory(telling, story)
    }),
  )
}

async function tellStory(telling: Telling, story: Story): Promise<void> {
  const { desk, wills } = telling
  await wills.introduce(story)
  const messages = new Map<number, Message>()
  let lastAt = 0
  for (const step of story.steps) {
    await waitFor(telling, story, step)
    await pause(step.pauseMs)
    await desk.hold(story.item, async () => {
      if (step.contradiction !== undefined) await strikeNext(telling, story, step.contradiction)
      if (step.will) await wills.express(story, step.will)
      for (const index of step.words.toSorted((a, b) => a - b)) {
        if (messages.has(index)) continue
        lastAt = Math.max(lastAt + 1, Date.now())
        messages.set(index, await toMessage(telling.run, story, index, new Date(lastAt)))
      }
      await Promise.all(
        step.words.map(async (index, at) => {
          // Enough to arrive in another order than they left.
          await pause(at * 5)
          const message = messages.get(index)
          if (message) await tell(telling, story.item, index, message)
        }),
      )
    })
  }
}

async function tell(
  { client, desk, taken }: Telling,
  item: number,
  word: number,
  { body, headers }: Message,
): Promise<void> {
  const answer = await client.post('/v1/submissions', body, headers)
  noteAnswer(taken.ids, taken.refused, item, answer)
  for (const { id, version } of submissionsIn(answer)) desk.noteWord(id, version, word)
}

interface Told {
  readonly id: string
  readonly version: number
}

function submissionsIn({ status, body }: Answer): Told[] {
  if (status >= 300) return []
  const { others = [], ...first } = body as Told & { others?: Told[] }
  return [first, ...others]
}

/** Waits for the registry, or for the product to have nothing more to do with the result. */
async function waitFor(telling: Telling, story: Story, { after }: Step): Promise<void> {
  while (after !== 'step' && !telling.patience.aborted) {
    const own = await submissionsOf(telling, story)
    const books = await readBooks(telling.sandboxUrl).catch(() => undefined)
    if (books && isReady(after, own, books.documents)) return
    await pause(500, undefined, { signal: telling.patience }).catch(() => {})
  }
}

const RESTING: readonly string[] = ['retained', 'cancelled', 'destroyed', 'awaiting-consent']

function isReady(
  after: Exclude<Step['after'], 'step'>,
  own: readonly Listed[],
  documents: readonly Booked[],
): boolean {
  if (own.length > 0 && own.every(({ phase }) => RESTING.includes(phase))) return true
  if (after === 'rest') return false
  const ids = new Set(own.flatMap(({ versions }) => versions.map((one) => one.documentId)))
  const mine = documents.filter(({ documentId }) => ids.has(documentId))
  return mine.some(({ answers, withdrawnAt }) => answers.length === 0 && withdrawnAt === null)
}

async function submissionsOf({ client, run }: Telling, { item }: Story): Promise<Listed[]> {
  const query = `limit=50&sourceId=${encodeURIComponent(`${run}-${item}`)}`
  return (await client.get<{ items: Listed[] }>(`/v1/submissions?${query}`)).items
}

/** The contradiction strikes the next document of the result's set. */
async function strikeNext(telling: Telling, story: Story, mode: string): Promise<void> {
  const own = await submissionsOf(telling, story)
  const setId = own.find(({ phase }) => phase === 'retained')?.setId
  if (setId)
    await telling.weather.strike({
      target: 'portal',
      mode,
      match: { setId },
      times: 1,
      delayMs: 500,
    })
}
