// How long one result takes alone, from POST to `retained`, with a registry that answers at once: the latency a
// laboratory sees. On the embedded stack, so the file-backed dev server is part of the figure; it says nothing about load.
import { parseArgs } from 'node:util'
import { json, Laboratory, type Shown, sampleReport } from '../test/support/laboratory.ts'
import { startStack } from '../test/support/stack.ts'
import { quantile } from './load/distribution.ts'

const { values } = parseArgs({
  options: { n: { type: 'string', default: '40' }, warmup: { type: 'string', default: '10' } },
})

async function measure(
  lab: Laboratory,
  id: string,
): Promise<{ intakeMs: number; totalMs: number }> {
  const report = await sampleReport('cbc', id)
  const start = performance.now()
  const accepted = await json<Shown & { revision: number }>(
    await lab.postJson('/v1/submissions', report),
  )
  const intakeMs = performance.now() - start
  for (let shown = accepted; shown.phase !== 'retained'; ) {
    shown = await json(
      await lab.call(`/v1/submissions/${accepted.id}?wait=30s&revision=${shown.revision}`),
    )
    if (shown.phase.startsWith('needs'))
      throw new Error(`the result stopped: ${shown.reason ?? ''}`)
  }
  return { intakeMs, totalMs: performance.now() - start }
}

function line(name: string, times: readonly number[]): string {
  const at = (q: number) => quantile(times, q).toFixed(0)
  return `${name.padEnd(22)} p50 ${at(0.5)} ms   p95 ${at(0.95)} ms   max ${at(1)} ms`
}

const stack = await startStack()
try {
  const lab = new Laboratory(stack)
  for (let index = 0; index < Number(values.warmup); index += 1) await measure(lab, `WARM-${index}`)
  const measured: { intakeMs: number; totalMs: number }[] = []
  for (let index = 0; index < Number(values.n); index += 1)
    measured.push(await measure(lab, `LONE-${index}`))
  process.stdout.write(`${measured.length} results, one at a time\n`)
  process.stdout.write(
    `${line(
      'POST → 202',
      measured.map(({ intakeMs }) => intakeMs),
    )}\n`,
  )
  process.stdout.write(
    `${line(
      'POST → retained',
      measured.map(({ totalMs }) => totalMs),
    )}\n`,
  )
} finally {
  await stack.stop()
}
process.exit(0)
