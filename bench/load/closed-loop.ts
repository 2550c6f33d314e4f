import { setTimeout as pause } from 'node:timers/promises'

const LOOK_EVERY_MS = 50

/**
 * Keeps `inFlight` items on their way until `n` have been begun, then waits for the last. `onTheirWay` counts those begun
 * and not ended, without the ones whose `begin` has not returned.
 */
export async function closedLoop(options: {
  readonly n: number
  readonly inFlight: number
  readonly begin: (item: number) => Promise<void>
  readonly onTheirWay: () => Promise<number>
}): Promise<void> {
  const { n, inFlight, begin, onTheirWay } = options
  const beginning = new Set<Promise<void>>()
  let failure: Error | undefined
  for (let item = 0; item < n && failure === undefined; ) {
    const free = Math.min(inFlight - beginning.size - (await onTheirWay()), n - item)
    for (let more = 0; more < free; more += 1, item += 1) {
      const begun = begin(item)
        .catch((error: unknown) => {
          failure = error instanceof Error ? error : new Error(String(error))
        })
        .finally(() => beginning.delete(begun))
      beginning.add(begun)
    }
    await pause(LOOK_EVERY_MS)
  }
  await Promise.all(beginning)
  if (failure !== undefined) throw failure
  while ((await onTheirWay()) > 0) await pause(LOOK_EVERY_MS)
}
