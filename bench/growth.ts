// What thousands of kept results do to the next one: throughput, cost, memory and bytes, thousand by thousand. Nothing may
// depend on how many results are kept except the room they take.
import { parseArgs } from 'node:util'
import { type Cost, costOf } from './load/cost.ts'
import { spread } from './load/distribution.ts'
import { metersOf, settledReading, startLoadStack } from './load/load-stack.ts'
import type { Reading } from './load/meters.ts'
import { kilobytes, megabytes, table } from './load/table.ts'
import { createWhole, type Outcome } from './load/whole.ts'

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '20000' },
    every: { type: 'string', default: '1000' },
    'in-flight': { type: 'string', default: '10' },
    workers: { type: 'string', default: '1' },
    /** GONETS_IN_FLIGHT; without it the product's own default. */
    places: { type: 'string' },
  },
})
const n = Number(values.n)
const every = Number(values.every)
const inFlight = Number(values['in-flight'])
const workers = Number(values.workers)

interface Part {
  readonly kept: number
  readonly outcome: Outcome
  readonly cost: Cost
  readonly after: Reading
}

const say = (line: string) => process.stdout.write(`${line}\n`)
const perSecond = ({ n: results, tookMs }: Outcome) => (results / tookMs) * 1000

const stack = await startLoadStack(workers, {
  ...(values.places && { GONETS_IN_FLIGHT: values.places }),
})
const parts: Part[] = []
const startedAt = performance.now()
try {
  const whole = await createWhole(stack)
  const meters = await metersOf(stack, workers)
  await whole.closed('WARM', 60, inFlight)
  for (let kept = every; kept <= n; kept += every) {
    const before = await settledReading(meters)
    const outcome = await whole.closed(`PART${kept}`, every, inFlight)
    const after = await settledReading(meters)
    parts.push({ kept, outcome, cost: costOf(before, after, every), after })
    const { cpuTotalMs } = costOf(before, after, every)
    // All that a run broken off after hours should have told.
    const memory = Object.entries(after.memory).map(
      ([name, bytes]) => `${name} ${megabytes(bytes)}`,
    )
    say(
      `${kept}: ${perSecond(outcome).toFixed(1)}/s, ${spread(outcome.totalMs)} ms, ${cpuTotalMs.toFixed(0)} ms CPU, ${memory.join(', ')}`,
    )
  }
  await whole.close()
  await meters.close()
} finally {
  await stack.stop()
}
report()
process.exit(0)

function report(): void {
  const hours = (performance.now() - startedAt) / 3_600_000
  say(`\n${n} results, ${(n / hours).toFixed(0)} an hour with everything, ${inFlight} in flight\n`)
  const memory = Object.keys(parts[0]?.after.memory ?? {})
  say(
    table([
      [
        'kept',
        'results/s',
        'intake p50 / p95 / p99, ms',
        'whole way p50 / p95 / p99, ms',
        'CPU ms',
        'kept: ours',
        'kept: Temporal’s',
        ...memory.map((name) => `memory: ${name}`),
      ],
      ...parts.map(({ kept, outcome, cost, after }) => [
        String(kept),
        perSecond(outcome).toFixed(1),
        spread(outcome.intakeMs),
        spread(outcome.totalMs),
        cost.cpuTotalMs.toFixed(0),
        kilobytes(cost.stored.gonets ?? 0),
        kilobytes((cost.stored.temporal ?? 0) + (cost.stored.temporal_visibility ?? 0)),
        ...memory.map((name) => megabytes(after.memory[name] ?? 0)),
      ]),
    ]),
  )
  const cpu = slope(parts.map(({ kept, cost }) => [kept, cost.cpuTotalMs]))
  const way = slope(parts.map(({ kept, outcome }) => [kept, median(outcome.totalMs)]))
  say(
    `\nslope over ten thousand kept results: ${(cpu * 1e4).toFixed(1)} ms CPU, ${(way * 1e4).toFixed(0)} ms of the median way`,
  )
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN
}

/** Least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0)
  const under = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
  return over / under
}
