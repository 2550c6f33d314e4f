import { join } from 'node:path'
import process from 'node:process'
import type { ChildSpec, WorkerName } from './child.ts'
import type { Environment } from './environment.ts'

/** One of our own processes, run by the same Node as the supervisor. */
export function nodeChildSpec(
  name: 'api' | 'sandbox' | WorkerName,
  projectRoot: string,
  env: Environment,
): ChildSpec {
  const role = name === 'api' || name === 'sandbox' ? name : 'worker'
  const watcher = join(projectRoot, 'stack', 'exit-with-parent.ts')
  return {
    name,
    command: process.execPath,
    args: ['--import', watcher, join(projectRoot, role, 'main.ts')],
    env,
    cwd: projectRoot,
    ipc: true,
    stopSignal: 'SIGTERM',
    graceMs: GRACE_MS[role],
  }
}

/** Together with PostgreSQL and Temporal below the ten seconds a person waits after Ctrl-C. */
const GRACE_MS = { api: 2_000, worker: 3_000, sandbox: 1_000 }
