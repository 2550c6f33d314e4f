import { setTimeout as pause } from 'node:timers/promises'
import type { Answer, PatientClient } from './client.ts'
import type { Desk } from './desk.ts'
import { type Listed, listAll } from './observe.ts'
import type { Arrival } from './plan.ts'
import type { Random } from './random.ts'
import { corrected, makeLast, makeResult } from './results.ts'

/** What the systems were told: a 200 or 202 is a promise that the rest of the run holds the product to. */
export interface Intake {
  /** Ids by result; more than one id for a result is a doubled submission. */
  readonly ids: ReadonlyMap<number, ReadonlySet<string>>
  /** The same of corrections that replace a registered result. */
  readonly revised: ReadonlyMap<number, ReadonlySet<string>>
  /** The same of what was said once more, because the registry took its acceptance back or never answered. */
  readonly again: ReadonlyMap<number, ReadonlySet<string>>
  /** Answers that were neither; a whole result is never refused in these runs. */
  readonly refused: readonly string[]
}

/** What grows while the run goes on. */
export interface Taken {
  readonly ids: Map<number, Set<string>>
  readonly revised: Map<number, Set<string>>
  readonly again: Map<number, Set<string>>
  readonly refused: string[]
}

export function noteAnswer(
  into: Map<number, Set<string>>,
  refused: string[],
  item: number,
  { status, body }: Answer,
): void {
  if (status === 200 || status === 202) {
    const known = into.get(item) ?? new Set()
    into.set(item, known.add((body as { id: string }).id))
  } else refused.push(`result ${item}: ${status} ${JSON.stringify(body).slice(0, 200)}`)
}

/** Sends every result when its moment comes, each over a call of its own, as several systems do. */
export async function sendResults(
  client: PatientClient,
  run: string,
  arrivals: readonly Arrival[],
  startedAt: number,
  taken: Taken,
): Promise<void> {
  await Promise.all(
    arrivals.map(async ({ atMs, item }) => {
      await pause(Math.max(0, startedAt + atMs - performance.now()))
      const answer = await client.post('/v1/submissions', await makeResult(run, item))
      noteAnswer(taken.ids, taken.refused, item, answer)
    }),
  )
}

/**
 * Answers every refusal of the registry with a corrected result, half of them as an action and half as a new message of
 * the system, until told to stop. Returns how many corrections were taken. Results that are told in several words are left
 * to the person at the desk.
 */
export async function correctRefused(
  client: PatientClient,
  run: string,
  random: Random,
  { desk, taken, stories }: { desk: Desk; taken: Taken; stories: ReadonlySet<number> },
  until: AbortSignal,
): Promise<number> {
  const seen = new Set<string>()
  let count = 0
  const itemOf = ({ source }: Listed) => Number(source.resultId.slice(run.length + 1))
  const correct = async (listed: Listed) => {
    const { id, version, source } = listed
    seen.add(`${id}/${version}`)
    const item = itemOf(listed)
    // Above the number of the last message and of the last action: each correction is another content.
    const report = corrected(
      await makeLast(run, item, taken.revised.has(item)),
      source.version + version,
    )
    const path = random.chance(0.5) ? `/v1/submissions/${id}/corrections` : '/v1/submissions'
    // A repeat after a lost answer must not become one more version.
    const answer = await client.post(path, report, { 'idempotency-key': `${id}-${version}` })
    if (answer.status < 300) count += 1
    // The registry may have changed its mind meanwhile: then the message has replaced what was registered.
    if (answer.status < 300 && (answer.body as { id: string }).id !== id)
      noteAnswer(taken.again, taken.refused, item, answer)
  }
  while (!until.aborted) {
    const waiting = await listAll(client, 'needs-correction')
    const fresh = waiting.filter(
      (one) => !seen.has(`${one.id}/${one.version}`) && !stories.has(itemOf(one)),
    )
    await Promise.all(fresh.map((one) => desk.holdIfFree(itemOf(one), () => correct(one))))
    await pause(1_000, undefined, { signal: until }).catch(() => {})
  }
  return count
}
