import type { Journal, Json, StepRecord } from '../adapters/storage/port.ts'
import type { StepKey } from '../domain/submission/step.ts'

/** A repeated activity finds its own stored result; otherwise the work is done and committed with its journal entry. */
export async function once<T extends Json>(
  journal: Journal,
  key: StepKey,
  work: () => Promise<Omit<StepRecord, 'key' | 'outcome'> & { outcome: T }>,
): Promise<T> {
  const done = await journal.find(key)
  if (done !== undefined) return done as T
  return (await journal.commit({ ...(await work()), key })) as T
}
