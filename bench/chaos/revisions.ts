import { setTimeout as pause } from 'node:timers/promises'
import type { PatientClient } from './client.ts'
import type { Desk } from './desk.ts'
import { noteAnswer, type Taken } from './laboratory-systems.ts'
import type { Listed } from './observe.ts'
import type { Revision } from './plan.ts'
import { corrected, makeLast } from './results.ts'

/** Above whatever number the corrections of refused versions have reached. */
const REVISED_VERSION = 100

/** Nothing leads from here to the registry but a person's hand. */
const STUCK: readonly string[] = ['cancelled', 'destroyed', 'awaiting-consent']

/**
 * Corrects results that the registry has registered already, each as a new message of its system once it is retained:
 * another submission that replaces the first, with another value. What does not become retained is left
 * alone: the run is not clean then anyway.
 */
export async function reviseRegistered(
  client: PatientClient,
  run: string,
  revisions: readonly Revision[],
  startedAt: number,
  taken: Taken,
  desk: Desk,
  until: AbortSignal,
): Promise<void> {
  const phaseOf = async (item: number) => {
    const [id] = taken.ids.get(item) ?? []
    return id && (await client.get<Listed>(`/v1/submissions/${id}`)).phase
  }
  const becomesRetained = async (item: number) => {
    for (;;) {
      const phase = await phaseOf(item)
      if (phase === 'retained') return true
      if (until.aborted || (phase && STUCK.includes(phase))) return false
      await pause(1_000, undefined, { signal: until }).catch(() => {})
    }
  }
  await Promise.all(
    revisions.map(async ({ atMs, item }) => {
      await pause(Math.max(0, startedAt + atMs - performance.now()))
      if (!(await becomesRetained(item))) return
      await desk.hold(item, async () => {
        const report = corrected(await makeLast(run, item, true), REVISED_VERSION)
        const answer = await client.post('/v1/submissions', report)
        noteAnswer(taken.revised, taken.refused, item, answer)
      })
    }),
  )
}
