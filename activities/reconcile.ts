import type { ActivityDeps } from './deps.ts'

export interface ReconcileSubmissionsInput {
  /** ISO 8601 */
  readonly olderThan: string
  readonly after: string | null
  readonly limit: number
}
export interface ReconcileRunsInput {
  /** ISO 8601: kept records whose time was over by then should have ended. */
  readonly dueBefore: string
  readonly cursor: string | null
  readonly limit: number
}

/** Runs of their own look at leftovers daily: one that has not done so for so long was lost. */
const LEFTOVER_UNSEEN_MS = 2 * 86_400_000

/**
 * One page of submissions: those that no run carries, or none that fits them, are started anew through the outbox. A repeat finds fewer of them,
 * because whatever was restarted has changed.
 */
export function createReconcileSubmissions(deps: ActivityDeps) {
  return async function reconcileSubmissions({
    olderThan,
    after,
    limit,
  }: ReconcileSubmissionsInput): Promise<{
    looked: number
    restarted: number
    held: number
    next: string | null
  }> {
    const { reconciliation, leftovers, retention } = deps.store
    const quietSince = new Date(olderThan)
    const ids = await reconciliation.unfinished(quietSince, after, limit)
    // The rows first: a run that ends in between has written its end, and `restart` sees that.
    const runs = await deps.runs.running(ids)
    const count = { restarted: 0, held: 0, unchanged: 0 }
    for (const id of ids) {
      const run = runs.get(id)
      if (run === 'carried') continue
      // Kept by its run and not registered in its row: the database is an older copy, and the registry has to be asked.
      const only = run === 'kept' ? 'unregistered' : undefined
      count[await reconciliation.restart(id, quietSince, only)] += 1
    }
    // With the first page of every look: what has outlived its term goes without a schedule of its own.
    if (after === null) {
      await retention.tidy(deps.terms)
      await leftovers.askAgain(new Date(quietSince.getTime() - LEFTOVER_UNSEEN_MS))
    }
    const next = ids.length < limit ? null : (ids.at(-1) ?? null)
    return { looked: ids.length, restarted: count.restarted, held: count.held, next }
  }
}

/** One page of runs: those whose submission is not there are named, and left for a person to judge. */
export function createReconcileRuns(deps: ActivityDeps) {
  return async function reconcileRuns({ dueBefore, cursor, limit }: ReconcileRunsInput): Promise<{
    looked: number
    strays: readonly string[]
    next: string | null
  }> {
    const { submissionIds, next } = await deps.runs.list({
      cursor,
      limit,
      now: new Date(dueBefore),
    })
    const known = await deps.store.reconciliation.exists(submissionIds)
    return {
      looked: submissionIds.length,
      strays: submissionIds.filter((id) => !known.has(id)),
      next,
    }
  }
}
