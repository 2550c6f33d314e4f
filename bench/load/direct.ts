import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { DEMO_ORGANIZATION } from '../../stack/demo-data.ts'
import type { StackHandle } from '../../test/support/stack.ts'
import { forkReady } from './bare.ts'
import type { Outcome } from './whole.ts'

export interface Direct {
  readonly pid: () => number | undefined
  closed(run: string, n: number, inFlight: number): Promise<Outcome>
  close(): void
}

/** With the settings the stack's worker was given, read from its process. */
export async function createDirect(stack: StackHandle): Promise<Direct> {
  const settings = (await readFile(`/proc/${stack.pid('worker')}/environ`, 'utf8')).split('\0')
  const env = Object.fromEntries(
    settings.filter(Boolean).map((line) => {
      const at = line.indexOf('=')
      return [line.slice(0, at), line.slice(at + 1)]
    }),
  )
  const child = await forkReady('direct-worker.ts', [DEMO_ORGANIZATION.id], env)
  return {
    pid: () => child.pid,
    async closed(name, n, inFlight) {
      child.send({ name, n, inFlight })
      const done = (await Promise.race([
        once(child, 'message').then(([message]) => message as object),
        once(child, 'exit').then(() => undefined),
      ])) as Pick<Outcome, 'tookMs' | 'totalMs'> | undefined
      if (!done) throw new Error('the process of the direct pipeline died')
      return { n, intakeMs: [], ...done }
    },
    close: () => child.disconnect(),
  }
}
