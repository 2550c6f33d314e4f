import type { Logger } from 'pino'
import { toLoggableError } from '../adapters/shared/loggable-error.ts'
import type { OutboxEntry, Starts } from '../adapters/storage/port.ts'
import { Priority } from '../domain/submission/priority.ts'
import type { Metrics } from './plugins/metrics.ts'

export interface StartAdmissionOptions {
  readonly starts: Starts
  /** Carries entries to Temporal and settles them in the outbox; false after a failure. Lets nothing but a lost database through. */
  readonly deliver: (entries: readonly OutboxEntry[]) => Promise<boolean>
  readonly logger: Pick<Logger, 'warn'>
  readonly metrics: Pick<Metrics, 'startsWaiting' | 'inFlight'>
  /** Results that may be worked on at a time. */
  readonly places: number
  /** How often places are looked for while starts wait, milliseconds. */
  readonly backlogMs: number
}

export interface StartAdmission {
  /** A start was committed: it is delivered at once if there is a place. Keeps nothing of it: the outbox does. */
  admit(priority: Priority): void
  /** Looks for starts and places, whatever is known. Part of every sweep. */
  look(): Promise<void>
  /** Resolves when nothing claimed is under way any more. */
  idle(): Promise<void>
  stop(): void
}

export const LEASE_MS = 30_000

/** Starts submissions as fast as they are worked on, and no faster: what is not started waits in the database. */
export function createStartAdmission(options: StartAdmissionOptions): StartAdmission {
  const { starts, deliver, logger, metrics, places, backlogMs } = options
  /** Claimed and not delivered yet: the database does not count these as being worked on. */
  const held = new Map<string, Priority>()
  const running = new Set<Promise<void>>()
  let looking: Promise<void> | undefined
  const known = { again: false, crowded: false, failing: false, stopped: false }
  let timer: NodeJS.Timeout | undefined

  function carry(entry: OutboxEntry): void {
    held.set(entry.id, priorityOf(entry))
    const delivery = deliver([entry])
      .then((delivered) => {
        known.failing = !delivered
      })
      .catch((error: unknown) => {
        known.failing = true
        logger.warn({ error: toLoggableError(error) }, 'start not settled')
      })
      .finally(() => {
        held.delete(entry.id)
        running.delete(delivery)
      })
    running.add(delivery)
  }

  async function claim(): Promise<void> {
    const heldUrgent = [...held.values()].filter((priority) => priority === Priority.urgent).length
    const heldRoutine = held.size - heldUrgent
    const claimed = await starts.claim({ places, heldUrgent, heldRoutine }, LEASE_MS)
    const { entries, inFlight, more } = claimed
    metrics.inFlight.set(inFlight)
    known.crowded = more
    for (const entry of entries) carry(entry)
  }

  const wanted = () => known.again && !known.stopped

  async function claimUntilSeen(): Promise<void> {
    try {
      do {
        known.again = false
        await claim()
      } while (wanted())
    } catch (error) {
      logger.warn({ error: toLoggableError(error) }, 'starts not claimed')
    } finally {
      looking = undefined
    }
    // While Temporal refuses, the sweep is often enough: each look would put more starts into their pause.
    clearTimeout(timer)
    if (known.crowded && !known.failing && !known.stopped)
      timer = setTimeout(() => void look(), backlogMs)
  }

  function look(): Promise<void> {
    if (known.stopped) return Promise.resolve()
    known.again = looking !== undefined
    looking ??= claimUntilSeen()
    return looking
  }

  return {
    admit(priority) {
      // A routine start that others wait before is found in its turn.
      if ((known.crowded || known.failing) && priority === Priority.routine) return
      void look()
    },
    async look() {
      await look()
      metrics.startsWaiting.set(await starts.waiting())
    },
    async idle() {
      while (looking !== undefined || running.size > 0) await Promise.all([looking, ...running])
    },
    stop() {
      known.stopped = true
      clearTimeout(timer)
    },
  }
}

function priorityOf({ message }: OutboxEntry): Priority {
  const stated = message.kind === 'start-submission' ? message.priority : undefined
  return stated ?? Priority.routine
}
