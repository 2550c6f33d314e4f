import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { toLoggableError } from '../adapters/shared/loggable-error.ts'
import type { Outbox, OutboxEntry } from '../adapters/storage/port.ts'
import type { SubmissionWorkflows } from '../adapters/temporal/port.ts'
import { isAppError } from '../domain/shared/app-error.ts'
import type { Metrics } from './plugins/metrics.ts'

export interface OutboxDispatcherOptions {
  readonly outbox: Outbox
  readonly workflows: Pick<SubmissionWorkflows, 'deliver'>
  readonly logger: Pick<Logger, 'warn'>
  readonly metrics: Pick<Metrics, 'deliveries' | 'delivering' | 'sweepFound'>
  /** Pause between two sweeps, milliseconds. */
  readonly sweepMs: number
}

export interface OutboxDispatcher {
  /** Delivers what waits for one submission, in the background. Never throws; what fails is left to the sweep. */
  dispatchFor(submissionId: string): void
  /** Makes the next sweep come at once. */
  wake(): void
  /** Delivers everything due now. Returns how many messages were found. */
  sweep(): Promise<number>
  /** Resolves when nothing handed to `dispatchFor` is under way any more. */
  idle(): Promise<void>
  start(): void
  /**
   * Stops sweeping and waits a moment for deliveries under way. One that Temporal does not answer is given up: its lease
   * runs out and it is delivered again. False when some were given up. Idempotent.
   */
  stop(): Promise<boolean>
}

/** Ten starts in flight are as fast as fifty and have a tenth of the tail. */
const CONCURRENCY = 10
/** Above this many waiting submissions the sweep does the rest: rows are safe in the database, memory is not. */
const QUEUE_LIMIT = 1000
const SWEEP_BATCH = 100
const LEASE_MS = 30_000
/** A part of the time that a stop may take (stop.ts). */
const STOP_GRACE_MS = 3_000
const RETRY_FIRST_MS = 1_000
const RETRY_MAX_MS = 60_000

/**
 * Carries outbox messages to Temporal: right after the commit that wrote them, and by a sweep for whatever that missed.
 * Messages of one submission are delivered in order; delivery is idempotent, so a lost lease costs a repeat at most.
 */
export function createOutboxDispatcher(options: OutboxDispatcherOptions): OutboxDispatcher {
  const { outbox, logger, metrics, sweepMs } = options
  const limit = createLimit(CONCURRENCY)
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  const abandoned = new AbortController()
  let sleeping: AbortController | undefined
  let loop: Promise<void> | undefined

  /** The store hands out the oldest message of a submission; the next one is due as soon as that is delivered. */
  async function drain(submissionId: string, first: readonly OutboxEntry[]): Promise<void> {
    let entries = first
    while (entries.length > 0 && (await deliverInOrder(options, entries, abandoned.signal)))
      entries = await outbox.claimFor(submissionId, LEASE_MS)
  }

  async function sweep(): Promise<number> {
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
      while (running.size > 0) await Promise.all(running)
    },
    start() {
      loop ??= sweepUntil(stopping.signal)
    },
    async stop() {
      stopping.abort()
      const grace = pause(STOP_GRACE_MS, undefined, { signal: abandoned.signal })
      const gaveUp = grace.then(
        () => true,
        () => false,
      )
      const finished = Promise.all([loop, ...running]).then(() => false)
      const givenUp = await Promise.race([finished, gaveUp])
      abandoned.abort()
      return !givenUp
    },
  }
}

/** False after a failure: the later messages of the same submission wait with it, because their order has a meaning. */
async function deliverInOrder(
  { outbox, workflows, logger, metrics }: OutboxDispatcherOptions,
  entries: readonly OutboxEntry[],
  abandoned: AbortSignal,
): Promise<boolean> {
  let failure: { code: string; retryInMs: number } | undefined
  for (const { id, message, tries } of entries) {
    if (failure) {
      await outbox.failed(id, failure.code, failure.retryInMs)
      continue
    }
    metrics.delivering.inc()
    try {
      await workflows.deliver(message)
      await outbox.done(id)
      metrics.deliveries.inc({ kind: message.kind, outcome: 'delivered' })
    } catch (error) {
      if (abandoned.aborted) return false
      const code = isAppError(error) ? error.code : 'internal-error'
      failure = { code, retryInMs: retryAfter(tries) }
      metrics.deliveries.inc({ kind: message.kind, outcome: code })
      logger.warn(
        {
          submissionId: message.submissionId,
          kind: message.kind,
          tries,
          error: toLoggableError(error),
        },
        'outbox message not delivered',
      )
      await outbox.failed(id, code, failure.retryInMs)
    } finally {
      metrics.delivering.dec()
    }
  }
  return failure === undefined
}

/** Doubles up to a minute, spread by a fifth so that a backlog does not come back as one wave. */
export function retryAfter(tries: number, random = Math.random()): number {
  const base = Math.min(RETRY_FIRST_MS * 2 ** Math.min(tries, 10), RETRY_MAX_MS)
  return Math.round(base * (0.9 + random * 0.2))
}

/** At most `size` at once; a finished one hands its place to the longest waiting. */
function createLimit(size: number) {
  const waiting: (() => void)[] = []
  let active = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (active < size) active++
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else active--
    }
  }
}
