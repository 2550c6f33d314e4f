// What a result costs, in one run on one stack: (a) the bare engine, (b) the work without an engine, (c) the whole product.
// Absolute times belong to the machine; the ratios between the rows of one run can be compared.
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { createBare } from './load/bare.ts'
import { type Cost, costOf } from './load/cost.ts'
import { createDirect } from './load/direct.ts'
import { quantile, spread } from './load/distribution.ts'
import { countHistories, type HistoryCount } from './load/histories.ts'
import { metersOf, settledReading, startLoadStack } from './load/load-stack.ts'
import { kilobytes, table } from './load/table.ts'
import { createWhole, type Outcome } from './load/whole.ts'

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '250' },
    /** (c) and (a) in turns, so that a machine that is slower for a while is so for both. */
    rounds: { type: 'string', default: '3' },
    /** GONETS_IN_FLIGHT; by default all that are on their way are worked on at once, as in (a). */
    places: { type: 'string' },
    'in-flight': { type: 'string', default: '10' },
    /** Before the first row. A worker takes a third more until its code is compiled and its memory of runs full. */
    warmup: { type: 'string', default: '600' },
    workers: { type: 'string', default: '1' },
  },
})
const n = Number(values.n)
const inFlight = Number(values['in-flight'])
const warmup = Number(values.warmup)
const workers = Number(values.workers)
const places = values.places ?? values['in-flight']
const rounds = Array.from({ length: Number(values.rounds) }, (_, at) => at + 1)

interface Measured {
  readonly name: string
  readonly outcome: Outcome
  readonly cost: Cost
}

const say = (line: string) => process.stdout.write(`${line}\n`)
const median = (values: readonly number[]) => quantile(values, 0.5)
const perSecond = ({ outcome }: Measured) => (outcome.n / outcome.tookMs) * 1000

const stack = await startLoadStack(workers, { GONETS_IN_FLIGHT: places })
const measured: Measured[] = []
try {
  const extra: Partial<Record<'bare' | 'direct', () => number | undefined>> = {}
  const meters = await metersOf(stack, workers, () => ({
    ...(extra.bare && { bare: extra.bare() }),
    ...(extra.direct && { direct: extra.direct() }),
  }))
  const measure = async (name: string, work: () => Promise<Outcome>) => {
    const before = await settledReading(meters)
    const outcome = await work()
    const after = await settledReading(meters)
    const done = { name, outcome, cost: costOf(before, after, outcome.n) }
    measured.push(done)
    say(`${name}: ${perSecond(done).toFixed(1)}/s`)
    return done
  }

  const whole = await createWhole(stack)
  const bare = await createBare(stack)
  extra.bare = bare.pid
  await whole.closed('WARM', warmup, inFlight)
  await bare.closed(warmup, inFlight)
  const full: Measured[] = []
  const engine: Measured[] = []
  for (const round of rounds) {
    full.push(
      await measure(`(c) Gonets, ${inFlight} in flight, ${round}`, () =>
        whole.closed(`FULL${round}`, n, inFlight),
      ),
    )
    engine.push(
      await measure(`(a) the bare engine, steps of one insert, ${round}`, () =>
        bare.closed(n, inFlight),
      ),
    )
  }
  await bare.close()
  delete extra.bare

  const rate = median(full.map(perSecond)) / 2
  const half = await measure(`(c) Gonets, half load (${rate.toFixed(1)}/s)`, () =>
    whole.open('HALF', n, rate),
  )

  await stack.stopChild('api')
  await stack.setFault({ target: 'callback', mode: 'silent' })
  const direct = await createDirect(stack)
  extra.direct = direct.pid
  await stack.stopChild('worker')
  await direct.closed('WARM-DIRECT', warmup, inFlight)
  await measure('(b) the work without engine and HTTP', () => direct.closed('DIRECT', n, inFlight))
  direct.close()
  delete extra.direct

  report(full, half, engine)
  await counts()
  await whole.close()
  await meters.close()
} finally {
  await stack.stop()
}
process.exit(0)

function report(full: Measured[], half: Measured, engine: Measured[]): void {
  say(`\n${cpus().length} cores, ${workers} worker, ${places} places, ${n} results a row\n`)
  say(
    table([
      [
        '',
        'results/s',
        'intake p50 / p95 / p99, ms',
        'whole way p50 / p95 / p99, ms',
        'CPU ms a result',
      ],
      ...measured.map((one) => [
        one.name,
        perSecond(one).toFixed(1),
        spread(one.outcome.intakeMs),
        spread(one.outcome.totalMs),
        one.cost.cpuTotalMs.toFixed(0),
      ]),
    ]),
  )
  const processes = [...new Set(measured.flatMap(({ cost }) => Object.keys(cost.cpuMs)))]
  say(`\nProcessor time by process, ms a result\n`)
  say(
    table([
      ['', ...processes],
      ...measured.map(({ name, cost }) => [
        name,
        ...processes.map((process) => cost.cpuMs[process]?.toFixed(0) ?? '–'),
      ]),
    ]),
  )
  const databases = ['gonets', 'temporal', 'temporal_visibility']
  say('\nTransactions and bytes kept a result\n')
  say(
    table([
      [
        '',
        ...databases.map((name) => `${name}: transactions`),
        ...databases.map((name) => `${name}: kept`),
        'written ahead',
      ],
      ...measured.map(({ name, cost }) => [
        name,
        ...databases.map((database) => (cost.transactions[database] ?? 0).toFixed(0)),
        ...databases.map((database) => kilobytes(cost.stored[database] ?? 0)),
        kilobytes(cost.wal),
      ]),
    ]),
  )
  const ratios = full.map((one, at) => perSecond(one) / perSecond(engine[at] ?? one))
  say(`\n(c) to (a), by rounds: ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}`)
  say(`${Math.round(median(full.map(perSecond)) * 3600)} results an hour`)
  say(`intake p99 at half load: ${quantile(half.outcome.intakeMs, 0.99).toFixed(0)} ms`)
}

/** Of (c) and (a): the ratio means something only while both take as many workflow tasks. */
async function counts(): Promise<void> {
  const sql = new pg.Client({ connectionString: stack.databaseUrl })
  await sql.connect()
  const samples = {
    '(c)': "SELECT id FROM submission WHERE source_id LIKE 'FULL%' ORDER BY random() LIMIT 50",
    '(a)': 'SELECT submission_id AS id FROM bare_step GROUP BY 1 ORDER BY random() LIMIT 50',
  }
  for (const [name, sample] of Object.entries(samples)) {
    const { rows } = await sql.query<{ id: string }>(sample)
    const all = await countHistories(
      stack.temporalAddress,
      rows.map(({ id }) => id),
    )
    const mean = (field: keyof HistoryCount) =>
      (all.reduce((sum, count) => sum + count[field], 0) / all.length).toFixed(1)
    say(
      `${name} in Temporal, a result: ${mean('events')} events, ${mean('workflowTasks')} workflow tasks, ${mean('activities')} activities`,
    )
  }
  await sql.end()
}
