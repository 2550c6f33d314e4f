import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { StackHandle } from '../../test/support/stack.ts'
import { makeResult } from '../chaos/results.ts'

/** Intake and way of one result, milliseconds. */
export interface Carried {
  readonly intakeMs: number
}

/** Gonets as a laboratory meets it: results are posted over HTTP, the database tells when they are kept. */
export interface Whole {
  /** Keeps `inFlight` results on their way until `n` have been posted, and waits for the last. */
  closedLoop(run: string, n: number, inFlight: number): Promise<Outcome>
  /** Posts `n` results at random distances, `rate` a second on average, whatever becomes of them. */
  openLoop(run: string, n: number, rate: number): Promise<Outcome>
  close(): Promise<void>
}

export interface Outcome {
  readonly n: number
  readonly tookMs: number
  /** POST → 202, milliseconds. */
  readonly intakeMs: readonly number[]
  /** Accepted → evidence sealed, milliseconds, by the product's own times. */
  readonly totalMs: readonly number[]
}

const LOOK_EVERY_MS = 100
const ON_THEIR_WAY = `phase NOT IN ('awaiting-final', 'retained', 'cancelled', 'destroyed')`

export async function createWhole(stack: StackHandle): Promise<Whole> {
  const sql = new pg.Client({ connectionString: stack.databaseUrl })
  await sql.connect()

  async function post(run: string, item: number, intakeMs: number[]): Promise<void> {
    const body = JSON.stringify(await makeResult(run, item))
    const start = performance.now()
    const answer = await fetch(`${stack.apiUrl}/v1/submissions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${stack.apiKey}` },
      body,
    })
    if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`)
    await answer.arrayBuffer()
    intakeMs.push(performance.now() - start)
  }

  async function onTheirWay(): Promise<number> {
    const { rows } = await sql.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM submission WHERE ${ON_THEIR_WAY}`,
    )
    return rows[0]?.count ?? 0
  }

  async function allKept(): Promise<void> {
    while ((await onTheirWay()) > 0) await pause(LOOK_EVERY_MS)
  }

  async function outcomeOf(
    run: string,
    n: number,
    intakeMs: number[],
    start: number,
  ): Promise<Outcome> {
    const tookMs = performance.now() - start
    const { rows } = await sql.query<{ ms: number }>(
      `SELECT extract(epoch FROM sealed.at - s.received_at)::float8 * 1000 AS ms
       FROM submission AS s JOIN event AS sealed ON sealed.submission_id = s.id AND sealed.type = 'record.sealed'
       WHERE s.source_id LIKE $1`,
      [`${run}-%`],
    )
    if (rows.length !== n) throw new Error(`${rows.length} of ${n} results were kept`)
    return { n, tookMs, intakeMs, totalMs: rows.map(({ ms }) => ms) }
  }

  return {
    async closedLoop(run, n, inFlight) {
      const intakeMs: number[] = []
      const start = performance.now()
      const posting = new Set<Promise<void>>()
      for (let item = 0; item < n; ) {
        const free = Math.min(inFlight - posting.size - (await onTheirWay()), n - item)
        for (let more = 0; more < free; more += 1, item += 1) {
          const posted = post(run, item, intakeMs).finally(() => posting.delete(posted))
          posting.add(posted)
        }
        await pause(LOOK_EVERY_MS)
      }
      await Promise.all(posting)
      await allKept()
      return outcomeOf(run, n, intakeMs, start)
    },
    async openLoop(run, n, rate) {
      const intakeMs: number[] = []
      const start = performance.now()
      const posting: Promise<void>[] = []
      let due = 0
      for (let item = 0; item < n; item += 1) {
        due += (-Math.log(1 - Math.random()) * 1000) / rate
        await pause(Math.max(0, start + due - performance.now()))
        posting.push(post(run, item, intakeMs))
      }
      await Promise.all(posting)
      await allKept()
      return outcomeOf(run, n, intakeMs, start)
    },
    close: () => sql.end(),
  }
}
