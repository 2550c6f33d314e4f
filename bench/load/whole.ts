import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { StackHandle } from '../../test/support/stack.ts'
import { makeResult } from '../chaos/results.ts'
import { closedLoop } from './closed-loop.ts'

export interface Outcome {
  readonly n: number
  readonly tookMs: number
  /** Request → answer, milliseconds; empty where nothing is asked. */
  readonly intakeMs: readonly number[]
  /** Begun → kept, milliseconds. */
  readonly totalMs: readonly number[]
}

/** Gonets as a laboratory meets it: results are posted over HTTP, its database tells when they are kept. */
export interface Whole {
  /** Keeps `inFlight` results on their way until `n` have been posted, and waits for the last. */
  closed(run: string, n: number, inFlight: number): Promise<Outcome>
  /** Posts `n` results at random distances, `rate` a second on average, whatever becomes of them. */
  open(run: string, n: number, rate: number): Promise<Outcome>
  close(): Promise<void>
}

const LOOK_EVERY_MS = 50
const ON_THEIR_WAY = `phase NOT IN ('awaiting-final', 'retained', 'cancelled', 'destroyed')`

export async function createWhole(stack: StackHandle): Promise<Whole> {
  const sql = new pg.Client({ connectionString: stack.databaseUrl })
  await sql.connect()
  const intake = new Map<string, number[]>()

  async function post(run: string, item: number): Promise<void> {
    const body = JSON.stringify(await makeResult(run, item))
    const start = performance.now()
    const answer = await fetch(`${stack.apiUrl}/v1/submissions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${stack.apiKey}` },
      body,
    })
    if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`)
    await answer.arrayBuffer()
    const times = intake.get(run) ?? []
    intake.set(run, times)
    times.push(performance.now() - start)
  }

  async function onTheirWay(): Promise<number> {
    const { rows } = await sql.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM submission WHERE ${ON_THEIR_WAY}`,
    )
    return rows[0]?.count ?? 0
  }

  /** By the product's own times: received, and the evidence sealed. */
  async function times(run: string) {
    const { rows } = await sql.query<{ ms: number }>(
      `SELECT extract(epoch FROM sealed.at - s.received_at)::float8 * 1000 AS ms
       FROM submission AS s JOIN event AS sealed ON sealed.submission_id = s.id AND sealed.type = 'record.sealed'
       WHERE s.source_id LIKE $1 ORDER BY s.received_at`,
      [`${run}-%`],
    )
    return { intakeMs: intake.get(run) ?? [], totalMs: rows.map(({ ms }) => ms) }
  }

  async function outcomeOf(run: string, n: number, start: number): Promise<Outcome> {
    const tookMs = performance.now() - start
    const measured = await times(run)
    if (measured.totalMs.length !== n)
      throw new Error(`${measured.totalMs.length} of ${n} results were kept`)
    return { n, tookMs, ...measured }
  }

  return {
    async closed(run, n, inFlight) {
      const start = performance.now()
      const begin = (item: number) => post(run, item)
      await closedLoop({ n, inFlight, begin, onTheirWay })
      return outcomeOf(run, n, start)
    },
    async open(run, n, rate) {
      const start = performance.now()
      const posting: Promise<void>[] = []
      let due = 0
      for (let item = 0; item < n; item += 1) {
        due += (-Math.log(1 - Math.random()) * 1000) / rate
        await pause(Math.max(0, start + due - performance.now()))
        posting.push(post(run, item))
      }
      await Promise.all(posting)
      while ((await onTheirWay()) > 0) await pause(LOOK_EVERY_MS)
      return outcomeOf(run, n, start)
    },
    close: () => sql.end(),
  }
}
