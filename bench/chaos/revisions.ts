import { setTimeout as pause } from 'node:timers/promises'
import type { PatientClient } from './client.ts'
import { noteAnswer, type Taken } from './laboratory-systems.ts'
import type { Listed } from './observe.ts'
import type { Revision } from './plan.ts'
import { corrected, makeResult } from './results.ts'

/** Above whatever number the corrections of refused versions have reached. */
const REVISED_VERSION = 100

/**
 * Corrects results that the registry has registered already, each as a new message of its system once it is retained:
 * another submission that replaces the first. `busy` holds the results being sent. What is not retained until told to
 * stop is left alone; the run has not come to rest then anyway.
 */
export async function reviseRegistered(
  client: PatientClient,
  run: string,
  revisions: readonly Revision[],
  startedAt: number,
  taken: Taken,
  busy: Set<number>,
  until: AbortSignal,
): Promise<void> {
  const isRetained = async (item: number) => {
    const [id] = taken.ids.get(item) ?? []
    return (
      id !== undefined && (await client.get<Listed>(`/v1/submissions/${id}`)).phase === 'retained'
    )
  }
  await Promise.all(
    revisions.map(async ({ atMs, item }) => {
      await pause(Math.max(0, startedAt + atMs - performance.now()))
      while (!(await isRetained(item))) {
        if (until.aborted) return
        await pause(1_000, undefined, { signal: until }).catch(() => {})
      }
      busy.add(item)
      const report = corrected(await makeResult(run, item), REVISED_VERSION)
      noteAnswer(taken.revised, taken.refused, item, await client.post('/v1/submissions', report))
      busy.delete(item)
    }),
  )
}
