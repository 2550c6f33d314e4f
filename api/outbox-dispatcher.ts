import { setTimeout as pause } from 'node:timers/promises'
import { toLoggableError } from '../adapters/shared/loggable-error.ts'
import type { Outbox, OutboxEntry, Starts } from '../adapters/storage/port.ts'
import type { Priority } from '../domain/submission/priority.ts'
import { type DeliveryOptions, deliverInOrder } from './deliver-messages.ts'
import { createLimit } from './limit.ts'
import type { Metrics } from './plugins/metrics.ts'
import { createStartAdmission, LEASE_MS } from './start-admission.ts'

export interface OutboxDispatcherOptions extends DeliveryOptions {
  readonly outbox: Outbox
  readonly starts: Starts
  readonly metrics: DeliveryOptions['metrics'] &
    Pick<Metrics, 'sweepFound' | 'startsWaiting' | 'inFlight'>
  /** Pause between two sweeps, milliseconds. */
  readonly sweepMs: number
  /** Results that may be worked on at a time. */
  readonly inFlight: number
  /** How often places are looked for while starts wait, milliseconds. */
  readonly backlogMs?: number
}

export interface OutboxDispatcher {
  /** A start was committed: it is delivered when there is a place for it. Never throws. */
  admit(priority: Priority): void
  /** Delivers what waits for one submission, in the background. Never throws; what fails is left to the sweep. */
  dispatchFor(submissionId: string): void
  /** Makes the next sweep come at once. */
  wake(): void
  /** Delivers everything due now, starts as far as there are places. Returns how many other messages were found. */
  sweep(): Promise<number>
  /** Resolves when nothing handed to `dispatchFor` or admitted is under way any more. */
  idle(): Promise<void>
  start(): void
  /**
   * Stops sweeping and waits a moment for deliveries under way. One that Temporal does not answer is given up: its lease
   * runs out and it is delivered again. False when some were given up. Idempotent.
   */
  stop(): Promise<boolean>
}

/** Ten in flight are as fast as fifty and have a tenth of the tail. */
const CONCURRENCY = 10
/** Above this many waiting submissions the sweep does the rest: rows are safe in the database, memory is not. */
const QUEUE_LIMIT = 1000
const SWEEP_BATCH = 100
/** A part of the time that a stop may take (stop.ts). */
const STOP_GRACE_MS = 3_000
/** A place that was left stands empty for half of this on average, a tenth of the time that a result holds it. */
const BACKLOG_MS = 50

/**
 * Carries outbox messages to Temporal: right after the commit that wrote them, and by a sweep for whatever that missed.
 * Starts wait for a place (start-admission.ts), the rest never does. Messages of one submission are delivered in order; delivery is idempotent, so a lost lease costs a repeat at most.
 */
export function createOutboxDispatcher(options: OutboxDispatcherOptions): OutboxDispatcher {
  const { outbox, logger, metrics, sweepMs, inFlight, backlogMs = BACKLOG_MS } = options
  const limit = createLimit(CONCURRENCY)
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  const abandoned = new AbortController()
  let sleeping: AbortController | undefined
  let loop: Promise<void> | undefined
  const deliver = (entries: readonly OutboxEntry[]) =>
    deliverInOrder(options, entries, abandoned.signal)
  const admission = createStartAdmission({ ...options, places: inFlight, backlogMs, deliver })

  /** The store hands out the oldest message of a submission; the next one is due as soon as that is delivered. */
  async function drain(submissionId: string, first: readonly OutboxEntry[]): Promise<void> {
    let entries = first
    while (entries.length > 0 && (await deliver(entries)))
      entries = await outbox.claimFor(submissionId, LEASE_MS)
  }

  async function sweep(): Promise<number> {
    await admission.look()
    const entries = await outbox.claim(SWEEP_BATCH, LEASE_MS)
    metrics.sweepFound.set(entries.length)
    const bySubmission = Map.groupBy(entries, (entry) => entry.message.submissionId)
    await Promise.all([...bySubmission].map(([id, group]) => limit(() => drain(id, group))))
    return entries.length
  }

  async function sweepUntil(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      sleeping = new AbortController()
      const found = await sweep().catch((error: unknown) => {
        logger.warn({ error: toLoggableError(error) }, 'outbox sweep failed')
        return 0
      })
      if (found === SWEEP_BATCH) continue
      const signal = AbortSignal.any([stopped, sleeping.signal])
      await pause(sweepMs, undefined, { signal }).catch(() => undefined)
    }
  }

  return {
    admit: admission.admit,
    dispatchFor(submissionId) {
      if (stopping.signal.aborted || running.size >= QUEUE_LIMIT) return
      const delivery = limit(async () =>
        drain(submissionId, await outbox.claimFor(submissionId, LEASE_MS)),
      )
        .catch((error: unknown) =>
          logger.warn({ submissionId, error: toLoggableError(error) }, 'outbox dispatch failed'),
        )
        .finally(() => running.delete(delivery))
      running.add(delivery)
    },
    wake() {
      sleeping?.abort()
    },
    sweep,
    async idle() {
      await admission.idle()
      while (running.size > 0) await Promise.all(running)
    },
    start() {
      loop ??= sweepUntil(stopping.signal)
    },
    async stop() {
      stopping.abort()
      admission.stop()
      const grace = pause(STOP_GRACE_MS, undefined, { signal: abandoned.signal })
      const gaveUp = grace.then(
        () => true,
        () => false,
      )
      const finished = Promise.all([loop, admission.idle(), ...running]).then(() => false)
      const givenUp = await Promise.race([finished, gaveUp])
      abandoned.abort()
      return !givenUp
    },
  }
}
