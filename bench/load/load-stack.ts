import { type StackHandle, startStack } from '../../test/support/stack.ts'
import { createMeters, type Meters, type Reading } from './meters.ts'

/** Limits that protect a laboratory from a neighbour's flood would only measure themselves here. */
const SETTINGS = {
  GONETS_RATE_LIMIT_PER_MINUTE: '1000000',
  GONETS_INTAKE_PER_MINUTE: '1000000',
  GONETS_LOG_LEVEL: 'warn',
}

/** The stack under load is the production one: Temporal's own server on PostgreSQL, never the file-backed dev server. */
export function startLoadStack(
  workers: number,
  env: Readonly<Record<string, string>> = {},
): Promise<StackHandle> {
  return startStack({ temporal: 'server', workers, env: { ...SETTINGS, ...env } })
}

export const PROCESSES = ['api', 'worker', 'sandbox', 'temporal', 'postgres'] as const

export function metersOf(
  stack: StackHandle,
  workers: number,
  more: () => Readonly<Record<string, number | undefined>> = () => ({}),
): Promise<Meters> {
  const others = Array.from({ length: workers - 1 }, (_, at) => `worker-${at + 2}` as const)
  return createMeters({
    databaseUrl: stack.databaseUrl,
    pids: () => ({
      ...Object.fromEntries([...PROCESSES, ...others].map((name) => [name, stack.pid(name)])),
      ...more(),
    }),
  })
}

/** PostgreSQL's counters follow a second later. */
export async function settledReading(meters: Meters): Promise<Reading> {
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  return await meters.read()
}
