import type { Logger } from 'pino'
import { toLoggableError } from '../adapters/shared/loggable-error.ts'
import type { Outbox, OutboxEntry } from '../adapters/storage/port.ts'
import type { SubmissionWorkflows } from '../adapters/temporal/port.ts'
import { isAppError } from '../domain/shared/app-error.ts'
import type { Metrics } from './plugins/metrics.ts'

export interface DeliveryOptions {
  readonly outbox: Pick<Outbox, 'done' | 'failed'>
  readonly workflows: Pick<SubmissionWorkflows, 'deliver'>
  readonly logger: Pick<Logger, 'warn'>
  readonly metrics: Pick<Metrics, 'deliveries' | 'delivering'>
}

const RETRY_FIRST_MS = 1_000
const RETRY_MAX_MS = 60_000

/** False after a failure: the later messages of the same submission wait with it, because their order has a meaning. */
export async function deliverInOrder(
  { outbox, workflows, logger, metrics }: DeliveryOptions,
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
