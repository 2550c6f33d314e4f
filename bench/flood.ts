// One laboratory floods, another has urgent results: `npm run flood`. Exit code 1 when those take more than twice as long
// as at half load, or when the machine was too busy with other things to tell. On the embedded stack with Temporal's real server, over loopback only.
import { cpus } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { SETTINGS } from '../config/settings.ts'
import { type StackHandle, startStack } from '../test/support/stack.ts'
import { type Books, openBooks } from './flood/books.ts'
import { enterLaboratoryB, type LaboratoryB } from './flood/laboratory-b.ts'
import { makeItems, type Posted, postAll } from './flood/posting.ts'
import { type FloodResult, isHalfLoad, type Met, ratioOf, reportText } from './flood/report.ts'
import { createMeters } from './load/meters.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '40' },
    /** A hundred times what a laboratory with a result every other second sends. */
    flood: { type: 'string', default: '50' },
    half: { type: 'string', default: '3' },
    'in-flight': { type: 'string', default: SETTINGS.GONETS_IN_FLIGHT.default },
    intake: { type: 'string', default: SETTINGS.GONETS_INTAKE_PER_MINUTE.default },
  },
})
const bounded = (text: string, most: number) => Math.min(most, Math.max(1, Number(text) || 1))
const seconds = bounded(values.seconds, 300)
const half = bounded(values.half, 20)
const flood = bounded(values.flood, 200)

const URGENT_RATE = 0.5
const WARM_UP = 10
/** One in three of the flood was sent before. */
const REPEAT_EVERY = 3
const REST_MS = 120_000
const KEPT_WITHIN_MS = 120_000
const MOST_TIMES_SLOWER = 2

interface World {
  readonly stack: StackHandle
  readonly other: LaboratoryB
  readonly books: Books
}

/** Laboratory A sends `rate` results a second, laboratory B an urgent one every other second. */
async function meet(
  { stack, other, books }: World,
  run: string,
  rate: number,
): Promise<Met & { posted: Posted[] }> {
  const { apiUrl, apiKey } = stack
  const repeatEvery = run === 'FLOOD' ? REPEAT_EVERY : Number.POSITIVE_INFINITY
  const items = await makeItems(`${run}-A`, rate * seconds, { repeatEvery })
  const urgent = await makeItems(`${run}-B`, URGENT_RATE * seconds, { priority: 'stat' })
  const flooding = postAll(items, { apiUrl, apiKey, rate })
  // The first seconds are those of a queue that fills.
  await pause(2_000)
  const urgents = await postAll(urgent, {
    ...{ apiUrl, apiKey: other.apiKey, rate: URGENT_RATE },
  })
  const refused = urgents.filter(({ status }) => status !== 202)
  if (refused.length > 0)
    throw new Error(`urgent results were answered ${refused.map(({ status }) => status).join(' ')}`)
  return {
    intakeMs: urgents.map(({ tookMs }) => tookMs),
    totalMs: await books.totalsOf(other.organizationId, urgents, KEPT_WITHIN_MS),
    posted: await flooding,
  }
}

/** Milliseconds of all processors since the machine started. */
function cpuTimes(): { idle: number; all: number } {
  const times = cpus().map((cpu) => cpu.times)
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)
  return {
    idle: sum(times.map(({ idle }) => idle)),
    all: sum(times.flatMap((one) => Object.values(one))),
  }
}

type Times = ReturnType<typeof cpuTimes>
const busyShare = (before: Times, after: Times) =>
  1 - (after.idle - before.idle) / (after.all - before.all)

async function measure(world: World): Promise<FloodResult> {
  const { stack, books } = world
  const { apiUrl, apiKey } = stack
  const meters = await createMeters({
    databaseUrl: stack.databaseUrl,
    pids: () => ({
      api: stack.pid('api'),
      worker: stack.pid('worker'),
      temporal: stack.pid('temporal'),
      postgres: stack.pid('postgres'),
    }),
  })
  await postAll(await makeItems('WARM', WARM_UP), { apiUrl, apiKey, rate: 2 })
  await books.rest(REST_MS)
  const beforeCalm = cpuTimes()
  const calm = await meet(world, 'CALM', half)
  const calmBusy = busyShare(beforeCalm, cpuTimes())
  await books.rest(REST_MS)
  const before = await meters.read()
  const beganAt = new Date()
  const { posted: flooded, ...met } = await meet(world, 'FLOOD', flood)
  const after = await meters.read()
  const kept = await books.keptSince(beganAt)
  const backlog = await books.backlog()
  await meters.close()
  const carried = (kept * 1000) / (after.at - before.at)
  return { calm, flood: met, flooded, carried, calmBusy, backlog, before, after }
}

const stack = await startStack({
  temporal: 'server',
  env: { GONETS_IN_FLIGHT: values['in-flight'], GONETS_INTAKE_PER_MINUTE: values.intake },
})
const books = await openBooks(stack.databaseUrl)
let passed = false
try {
  const result = await measure({ stack, books, other: await enterLaboratoryB(stack) })
  process.stdout.write(`${reportText(result)}\n`)
  passed = isHalfLoad(result) && ratioOf(result) <= MOST_TIMES_SLOWER
} finally {
  await books.close()
  await stack.stop()
}
process.exit(passed ? 0 : 1)
