import type { Cases, Journal, Json, StepRecord, SubmissionCase } from '../adapters/storage/port.ts'
import type { StepKey } from '../domain/submission/step.ts'

/** What a step leaves behind, its key aside. */
export type Done<T extends Json> = Omit<StepRecord, 'key' | 'outcome'> & { outcome: T }

/** A repeated activity finds its own stored result; otherwise the work is done and committed with its journal entry. */
export async function once<T extends Json>(
  journal: Journal,
  key: StepKey,
  work: () => Promise<Done<T>>,
): Promise<T> {
  const done = await journal.find(key)
  return unlessDone(journal, key, done === undefined ? {} : { done }, work)
}

/** The same for work that starts from the submission: both are read with one question. */
export async function onceFor<T extends Json>(
  { cases, journal }: { readonly cases: Cases; readonly journal: Journal },
  key: StepKey,
  work: (submission: SubmissionCase) => Promise<Done<T>>,
): Promise<T> {
  const found = await cases.begin(key)
  return unlessDone(journal, key, found, ({ submission }) => work(submission))
}

/** The same where what the work starts from has been read already, or that it is done. */
export async function unlessDone<T extends Json, Start extends object>(
  journal: Journal,
  key: StepKey,
  found: Start | { readonly done: Json },
  work: (start: Start) => Promise<Done<T>>,
): Promise<T> {
  if ('done' in found) return found.done as T
  return (await journal.commit({ ...(await work(found)), key })) as T
}
