// How long the results that a killed worker held stand still: from SIGKILL until the step under way begins again, and until
// the run has named the next one. Once with another worker alive, once with nobody but the restarted one.
import { parseArgs } from 'node:util'
import { stepsHeldBy, type WentOn, wentOn } from '../test/support/held-steps.ts'
import { Laboratory, sampleReport } from '../test/support/laboratory.ts'
import { startStack } from '../test/support/stack.ts'
import { openTemporal, type TemporalOfStack } from '../test/support/stack-temporal.ts'

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '24' },
    rounds: { type: 'string', default: '3' },
    temporal: { type: 'string', default: 'dev' },
  },
})

interface Round {
  readonly backMs: number
  readonly steps: readonly WentOn[]
}

/** Everything outside is slow, so that a worker holds many steps at any moment. */
async function round(workers: number, name: string): Promise<Round[]> {
  const temporal = values.temporal === 'server' ? 'server' : 'dev'
  const stack = await startStack({ workers, temporal, env: { GONETS_POLL_FIRST: '2s' } })
  const { client, close } = openTemporal(stack)
  try {
    const lab = new Laboratory(stack)
    await stack.setFault({ target: 'consent', mode: 'slow', delayMs: 1_500 })
    await stack.setFault({ target: 'portal', mode: 'slow', delayMs: 2_500 })
    const rounds: Round[] = []
    for (let at = 0; at < Number(values.rounds); at += 1)
      rounds.push(await killOnce(stack, lab, client, `${name}-${at}`))
    return rounds
  } finally {
    await close()
    await stack.stop()
  }
}

async function killOnce(
  stack: Awaited<ReturnType<typeof startStack>>,
  lab: Laboratory,
  client: TemporalOfStack['client'],
  name: string,
): Promise<Round> {
  const ids: string[] = []
  for (let at = 0; at < Number(values.n); at += 1)
    ids.push(await lab.submit(await sampleReport('cbc', `${name}-${at}`)))
  await lab.restsAt(ids[Math.floor(ids.length / 2)] ?? '', ['sending'])
  const pid = stack.pid('worker')
  const since = new Date()
  await stack.kill('worker')
  const held = await stepsHeldBy(client, ids, pid)
  await stack.settled('worker')
  const backMs = Date.now() - since.getTime()
  for (const id of ids) await lab.restsAt(id, ['retained'], 120_000)
  const steps = await Promise.all(held.map((step) => wentOn(client, step, since)))
  return { backMs, steps }
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
function print(title: string, rounds: readonly Round[]): void {
  const say = (line: string) => process.stdout.write(`${line}\n`)
  say(title)
  for (const { backMs, steps } of rounds) {
    const again = steps.map(({ repeatedMs }) => repeatedMs).toSorted((a, b) => a - b)
    const next = steps.map(({ nextMs }) => nextMs)
    say(
      `  held ${steps.length}   worker back ${seconds(backMs)}   step again ${seconds(again[0] ?? 0)} to ${seconds(again.at(-1) ?? 0)}   next step by ${seconds(Math.max(0, ...next))}`,
    )
    for (const { step, repeatedMs, nextMs, attempts } of steps)
      say(`    ${step.padEnd(18)} ${seconds(repeatedMs)}   ${seconds(nextMs)}   try ${attempts}`)
  }
}

print('Another worker is alive', await round(2, 'TWO'))
print('Nobody but the restarted one', await round(1, 'ONE'))
process.exit(0)
