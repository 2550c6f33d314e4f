import { setTimeout as pause } from 'node:timers/promises'
import type { PatientClient } from './client.ts'
import { type Listed, listAll } from './observe.ts'
import type { Arrival } from './plan.ts'
import type { Random } from './random.ts'
import { corrected, makeResult } from './results.ts'

/** What the systems were told: a 200 or 202 is a promise that the rest of the run holds the product to. */
export interface Intake {
  /** Ids by result; more than one id for a result is a doubled submission. */
  readonly ids: ReadonlyMap<number, ReadonlySet<string>>
  /** Answers that were neither; a whole result is never refused in these runs. */
  readonly refused: readonly string[]
}

/** Sends every result when its moment comes, each over a call of its own, as several systems do. */
export async function sendResults(
  client: PatientClient,
  run: string,
  arrivals: readonly Arrival[],
  startedAt: number,
): Promise<Intake> {
  const ids = new Map<number, Set<string>>()
  const refused: string[] = []
  await Promise.all(
    arrivals.map(async ({ atMs, item }) => {
      await pause(Math.max(0, startedAt + atMs - performance.now()))
      const { status, body } = await client.post('/v1/submissions', await makeResult(run, item))
      if (status !== 200 && status !== 202) {
        refused.push(`result ${item}: ${status} ${JSON.stringify(body).slice(0, 200)}`)
        return
      }
      const known = ids.get(item) ?? new Set()
      ids.set(item, known.add((body as { id: string }).id))
    }),
  )
  return { ids, refused }
}

/**
 * Answers every refusal of the registry with a corrected result, half of them as an action and half as a new message of
 * the system, until told to stop. Returns how many corrections were taken.
 */
export async function correctRefused(
  client: PatientClient,
  run: string,
  random: Random,
  until: AbortSignal,
): Promise<number> {
  const seen = new Set<string>()
  let taken = 0
  const correct = async ({ id, version, source }: Listed) => {
    const item = Number(source.resultId.slice(run.length + 1))
    const report = corrected(await makeResult(run, item), version + 1)
    const path = random.chance(0.5) ? `/v1/submissions/${id}/corrections` : '/v1/submissions'
    // A repeat after a lost answer must not become one more version.
    const { status } = await client.post(path, report, { 'idempotency-key': `${id}-${version}` })
    if (status < 300) taken += 1
  }
  while (!until.aborted) {
    const waiting = await listAll(client, 'needs-correction')
    const fresh = waiting.filter(({ id, version }) => !seen.has(`${id}/${version}`))
    for (const { id, version } of fresh) seen.add(`${id}/${version}`)
    await Promise.all(fresh.map(correct))
    await pause(1_000, undefined, { signal: until }).catch(() => {})
  }
  return taken
}
