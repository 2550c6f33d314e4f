/** A request under way may wait for a workflow's answer; docker-compose.yml waits longer than this. */
export const STOP_WITHIN_MS = 25_000

/**
 * First answers what is under way, then delivers what was begun, then disconnects; ends after a while whatever happens. A
 * second signal changes nothing.
 */
export function stopOnSignal(stop: () => Promise<void>, fail: (error: unknown) => void): void {
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      setTimeout(() => process.exit(), STOP_WITHIN_MS).unref()
      // Calls that Temporal does not answer would keep the process for their whole deadline; the outbox repeats them.
      stop().then(() => process.exit(), fail)
    })
  }
}
