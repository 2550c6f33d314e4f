// Chaos on the production topology: `npm run chaos -- --n 2000 --seed 1`. Exit code 1 when
// something was lost, doubled, or is told differently by the API, the registry and the inbox.
import { parseArgs } from 'node:util'
import { runChaos } from './chaos.ts'
import { isClean, reportText } from './report.ts'

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    temporal: { type: 'string', default: 'server' },
    workers: { type: 'string', default: '2' },
    rate: { type: 'string', default: '4' },
    kills: { type: 'string' },
  },
})
const { temporal } = values
if (temporal !== 'dev' && temporal !== 'server') throw new Error('--temporal dev|server')
const n = Number(values.n)
const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => interruption.abort())
const result = await runChaos({
  n,
  temporal,
  seed: Number(values.seed),
  workers: Number(values.workers),
  rate: Number(values.rate),
  kills: Number(values.kills ?? 5 + Math.floor(n / 100)),
  settleMs: 180_000 + n * 1_000,
  interrupted: interruption.signal,
  log: (line) => void process.stderr.write(`${line}\n`),
})
process.stdout.write(`${reportText(result)}\n`)
process.exit(isClean(result) ? 0 : 1)
