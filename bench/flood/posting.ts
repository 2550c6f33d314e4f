import { setTimeout as pause } from 'node:timers/promises'
import type { Report } from '../../domain/report/report.ts'
import { makeResult } from '../chaos/results.ts'

export interface Posted {
  readonly sourceId: string
  /** Milliseconds since 1970, as the database has them. */
  readonly at: number
  readonly tookMs: number
  /** 0: no answer in time. */
  readonly status: number
}

interface Item {
  readonly sourceId: string
  readonly body: string
}

export interface Posting {
  readonly apiUrl: string
  readonly apiKey: string
  /** Results a second. */
  readonly rate: number
}

const TIMEOUT_MS = 15_000

/** The results of one laboratory, made beforehand: the load must not wait for itself. */
export async function makeItems(
  run: string,
  count: number,
  options: { readonly priority?: 'stat'; readonly repeatEvery?: number } = {},
): Promise<Item[]> {
  const { priority, repeatEvery = Number.POSITIVE_INFINITY } = options
  const items: Item[] = []
  for (let item = 0; item < count; item += 1) {
    const before = items[item - 1]
    const repeated = item % repeatEvery === repeatEvery - 1 && before
    items.push(repeated || toItem(await makeResult(run, item), priority))
  }
  return items
}

function toItem(report: Report, priority: 'stat' | undefined): Item {
  const urgent = priority ? { ...report, order: { ...report.order, priority } } : report
  return { sourceId: report.source.resultId, body: JSON.stringify(urgent) }
}

/** Posts at even distances, whatever becomes of what was posted before. */
export async function postAll(items: readonly Item[], posting: Posting): Promise<Posted[]> {
  const start = performance.now()
  return Promise.all(
    items.map(async (item, at) => {
      await pause(Math.max(0, start + (at * 1000) / posting.rate - performance.now()))
      return postOne(item, posting)
    }),
  )
}

async function postOne({ sourceId, body }: Item, { apiUrl, apiKey }: Posting): Promise<Posted> {
  const at = Date.now()
  const start = performance.now()
  const status = await fetch(new URL('/v1/submissions', apiUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).then(
    async (answer) => {
      await answer.arrayBuffer()
      return answer.status
    },
    () => 0,
  )
  return { sourceId, at, tookMs: performance.now() - start, status }
}
