import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Clocks, makeClocks } from '../support/clocks.ts'
import { json, Laboratory, sampleReport } from '../support/laboratory.ts'
import { type StackHandle, startStack } from '../support/stack.ts'

const HOUR = 3_600_000
const YEARS = 1827 * 24 * HOUR
interface Event {
  readonly at: string
  readonly type: string
  readonly details: Readonly<Record<string, unknown>>
}

let clocks: Clocks
let stack: StackHandle
let lab: Laboratory
const handedIn: string[] = []
beforeAll(async () => {
  clocks = await makeClocks()
  stack = await startStack({
    env: { ...clocks.env, GONETS_POLL_FIRST: '2s', GONETS_POLL_MAX: '4s' },
  })
  lab = new Laboratory(stack)
})
afterAll(async () => {
  await stack.stop()
  await clocks.remove()
})

const eventsOf = async (id: string) =>
  (await json<{ items: Event[] }>(await lab.call(`/v1/submissions/${id}/events`))).items
const find = async (id: string, type: string) =>
  (await eventsOf(id)).find((event) => event.type === type)

async function jump(shiftMs: number): Promise<void> {
  await clocks.set('api', shiftMs)
  await clocks.set('worker', shiftMs)
}

async function submit(resultId: string): Promise<string> {
  const id = await lab.submit(await sampleReport('cbc', resultId))
  handedIn.push(id)
  return id
}

/** Taken by the registry, whose answer comes a moment later. */
async function underWay(resultId: string): Promise<string> {
  await stack.setFault({ target: 'portal', mode: 'late', delayMs: 2_500, times: 1 })
  const id = await submit(resultId)
  await expect.poll(() => find(id, 'registry.taken')).toBeDefined()
  return id
}

async function expectArrived(id: string, via: 'callback' | 'poll'): Promise<void> {
  await lab.restsAt(id, ['retained'])
  expect((await find(id, 'registry.answer-received'))?.details).toMatchObject({ via })
}

const aheadOf = (at: string | undefined) => (Date.parse(at ?? '') - Date.now()) / HOUR

it.each([
  ['forward', HOUR],
  ['back', -HOUR],
])(
  'an hour %s in mid-flight: callbacks are refused, asking brings the answers, nothing is done twice',
  async (name, shiftMs) => {
    const before = await underWay(`JUMP-${name}-BEFORE`)
    await jump(shiftMs)
    const during = await submit(`JUMP-${name}-DURING`)
    await expectArrived(before, 'poll')
    await expectArrived(during, 'poll')
    for (const type of ['submission.accepted', 'document.signed'])
      expect(aheadOf((await find(during, type))?.at), `the clock of ${type}`).toBeCloseTo(
        shiftMs / HOUR,
        1,
      )
    expect(await stack.logs('sandbox')).toContain('"status":401')

    const corrected = await underWay(`JUMP-${name}-CORRECTED`)
    await jump(0)
    await expectArrived(corrected, 'callback')
  },
)

it('what waits for Temporal since a wrong hour does not wait another hour', async () => {
  await jump(HOUR)
  await stack.stopChild('temporal')
  const id = await submit('JUMP-OUTBOX')
  await stack.kill('api')
  await jump(0)
  await stack.settled('api')
  await stack.startChild('temporal')
  await lab.restsAt(id, ['retained'])
})

it('every result is registered once and kept for its years, whatever the clocks said', async () => {
  const { totals, documents } = await lab.registrations()
  expect(totals.registeredTwice).toBe(0)
  expect(documents.map(({ posts }) => posts)).toEqual(handedIn.map(() => 1))
  const sql = new pg.Client({ connectionString: stack.databaseUrl })
  await sql.connect()
  const { rows } = await sql.query<{ kept: number }>(
    `SELECT extract(epoch FROM s.retain_until - a.answered_at)::float8 * 1000 AS kept
     FROM submission AS s JOIN acknowledgement AS a ON a.submission_id = s.id`,
  )
  await sql.end()
  expect(rows).toHaveLength(handedIn.length)
  for (const { kept } of rows) expect(kept).toBeGreaterThanOrEqual(YEARS)
})
