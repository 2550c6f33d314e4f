import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import type { OutboxEntry } from '../../adapters/storage/port.ts'
import type { WorkflowMessage } from '../../adapters/temporal/port.ts'
import { retryAfter } from '../../api/deliver-messages.ts'
import { createOutboxDispatcher } from '../../api/outbox-dispatcher.ts'
import { createMetrics } from '../../api/plugins/metrics.ts'
import { AppError } from '../../domain/shared/app-error.ts'

const answered = (submissionId: string, number = 1): OutboxEntry['message'] => ({
  kind: 'registry-answered',
  submissionId,
  acknowledgementId: `${submissionId}-${number}`,
})

/** Hands out the oldest pending message of each submission, like the store. */
function memoryOutbox(messages: OutboxEntry['message'][]) {
  let rows = messages.map((message, index) => ({
    id: String(index),
    message,
    tries: 0,
    leased: false,
  }))
  const failures: { id: string; code: string; retryInMs: number }[] = []
  const lease = (limit: number, wanted?: string) => {
    const seen = new Set<string>()
    return rows
      .filter(({ message: { submissionId } }) => {
        const head = !seen.has(submissionId)
        seen.add(submissionId)
        return head && (wanted === undefined || wanted === submissionId)
      })
      .filter((row) => !row.leased)
      .slice(0, limit)
      .map((row) => {
        row.leased = true
        return { id: row.id, message: row.message, tries: row.tries++ }
      })
  }
  return {
    failures,
    pending: () => rows.length,
    claim: async (limit: number) => lease(limit),
    claimFor: async (submissionId: string) => lease(1, submissionId),
    done: async (id: string) => {
      rows = rows.filter((row) => row.id !== id)
    },
    failed: async (id: string, code: string, retryInMs: number) => {
      failures.push({ id, code, retryInMs })
    },
  }
}

function setUp(messages: OutboxEntry['message'][], deliver: (m: WorkflowMessage) => Promise<void>) {
  const outbox = memoryOutbox(messages)
  const logger = pino({ level: 'silent' })
  const metrics = createMetrics()
  const dispatcher = createOutboxDispatcher({
    ...{ outbox, workflows: { deliver }, logger, metrics },
    starts: {
      claim: async () => ({ entries: [], inFlight: 0, more: false }),
      waiting: async () => 0,
    },
    sweepMs: 60_000,
    inFlight: 8,
  })
  return { outbox, dispatcher }
}

describe('outbox dispatcher', () => {
  it('delivers the messages of a submission in order, all of them', async () => {
    const delivered: string[] = []
    const messages = [answered('a', 1), answered('b', 1), answered('a', 2), answered('a', 3)]
    const { outbox, dispatcher } = setUp(messages, async (message) => {
      if (message.kind === 'registry-answered') delivered.push(message.acknowledgementId)
    })
    dispatcher.dispatchFor('a')
    await dispatcher.idle()
    expect(delivered).toEqual(['a-1', 'a-2', 'a-3'])
    expect(await dispatcher.sweep()).toBe(1)
    expect(outbox.pending()).toBe(0)
  })

  it('stops at a failure, so that nothing overtakes', async () => {
    const { outbox, dispatcher } = setUp([answered('a', 1), answered('a', 2)], async () => {
      throw new AppError('temporal-unavailable', 'transient')
    })
    dispatcher.dispatchFor('a')
    await dispatcher.idle()
    expect(outbox.failures).toMatchObject([{ id: '0', code: 'temporal-unavailable' }])
    expect(outbox.pending()).toBe(2)
  })

  it('has at most ten deliveries under way', async () => {
    let active = 0
    let most = 0
    const ids = Array.from({ length: 40 }, (_, index) => `s${index}`)
    const { outbox, dispatcher } = setUp(
      ids.map((id) => answered(id)),
      async () => {
        most = Math.max(most, ++active)
        await new Promise((resolve) => setImmediate(resolve))
        active--
      },
    )
    for (const id of ids) dispatcher.dispatchFor(id)
    await dispatcher.idle()
    expect(most).toBe(10)
    expect(outbox.pending()).toBe(0)
  })

  it('survives an outbox that cannot be asked', async () => {
    const { outbox, dispatcher } = setUp([answered('a')], async () => {})
    Object.assign(outbox, { claimFor: () => Promise.reject(new Error('down')) })
    dispatcher.dispatchFor('a')
    await dispatcher.idle()
    Object.assign(outbox, { claim: () => Promise.reject(new Error('down')) })
    dispatcher.start()
    await dispatcher.stop()
  })

  it('sweeps when woken, stops with deliveries finished, and takes no more', async () => {
    const first = Promise.withResolvers<void>()
    const { outbox, dispatcher } = setUp([answered('a')], async () => first.resolve())
    dispatcher.start()
    await first.promise
    await dispatcher.stop()
    await dispatcher.stop()
    expect(outbox.pending()).toBe(0)
    dispatcher.dispatchFor('a')
    await dispatcher.idle()
  })

  it('waits longer after each failure, up to a minute', () => {
    expect([0, 1, 2, 3, 20].map((tries) => retryAfter(tries, 0.5))).toEqual([
      1000, 2000, 4000, 8000, 60_000,
    ])
  })
})
