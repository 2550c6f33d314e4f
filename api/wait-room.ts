import { setTimeout as pause } from 'node:timers/promises'

export interface WaitRoom {
  /**
   * A place for a request that waits for a change, or undefined when all are taken. `signal` ends the wait when the
   * client has gone or the process stops; `leave` must be called.
   */
  enter(client: AbortSignal): { signal: AbortSignal; leave(): void } | undefined
  /** Ends every wait. Idempotent. */
  close(): void
}

/** Waiting requests ask the database at intervals: their number is bounded, so that they cannot starve intake. */
export function createWaitRoom(places: number): WaitRoom {
  const closing = new AbortController()
  let taken = 0
  return {
    enter(client) {
      if (taken >= places || closing.signal.aborted) return undefined
      taken++
      let left = false
      return {
        signal: AbortSignal.any([client, closing.signal]),
        leave() {
          if (!left) taken--
          left = true
        },
      }
    },
    close() {
      closing.abort()
    },
  }
}

/** Waits, or less when the signal says so. */
export async function pauseUnless(signal: AbortSignal, ms: number): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => undefined)
}
