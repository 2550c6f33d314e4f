import type { Worker } from '@temporalio/worker'

/**
 * A stop takes thirty seconds at most. A step under way gets time for one slow call of a registry; what is not over by
 * then falls silent with the process and is repeated elsewhere (workflows/steps.ts). docker-compose.yml waits longer.
 */
export const STOP = { finishMs: 25_000, forceMs: 26_000, endMs: 29_000 } as const

/**
 * Listens before there is anything to stop: as the first process of a container it would not hear the signal otherwise, and
 * waiting for Temporal may take long.
 */
export function stopOnSignal(worker: () => Worker | undefined): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      const running = worker()
      if (!running) process.exit()
      if (running.getState() !== 'RUNNING') return
      running.shutdown()
      // Closing asks a database and a server that may not answer.
      setTimeout(() => process.exit(), STOP.endMs).unref()
    })
  }
}
