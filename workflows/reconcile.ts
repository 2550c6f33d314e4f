import { continueAsNew, log, setCurrentDetails, workflowInfo } from '@temporalio/workflow'
import type {
  Reconciled,
  ReconcileInput,
  ReconcileProgress,
} from '../domain/submission/messages.ts'
import { reconcileRuns, reconcileSubmissions } from './steps.ts'

const NOTHING: Reconciled = { submissions: 0, restarted: 0, held: 0, runs: 0, strays: [] }
const STRAYS_NAMED = 100

/**
 * Compares what is accepted with what is carried, page by page: a submission without a run is started anew, a run
 * without a submission is named in the result.
 */
export async function reconcile(input: ReconcileInput): Promise<Reconciled> {
  let at: ReconcileProgress = input.soFar ?? { part: 'submissions', cursor: null, found: NOTHING }
  for (;;) {
    const olderThan = new Date(Date.now() - input.graceMs).toISOString()
    const next = await (at.part === 'submissions'
      ? lookAtSubmissions(at, olderThan, input.pageSize)
      : lookAtRuns(at, olderThan, input.pageSize))
    setCurrentDetails(describe(next.found))
    if ('done' in next) return tell(next.found)
    at = next
    if (workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof reconcile>({ ...input, soFar: at })
  }
}

async function lookAtSubmissions(
  { cursor, found }: ReconcileProgress,
  olderThan: string,
  limit: number,
): Promise<ReconcileProgress> {
  const page = await reconcileSubmissions({ olderThan, after: cursor, limit })
  return {
    part: page.next === null ? 'runs' : 'submissions',
    cursor: page.next,
    found: {
      ...found,
      submissions: found.submissions + page.looked,
      restarted: found.restarted + page.restarted,
      held: found.held + page.held,
    },
  }
}

async function lookAtRuns(
  { cursor, found }: ReconcileProgress,
  dueBefore: string,
  limit: number,
): Promise<ReconcileProgress | { done: true; found: Reconciled }> {
  const page = await reconcileRuns({ dueBefore, cursor, limit })
  const counted = {
    ...found,
    runs: found.runs + page.looked,
    strays: [...found.strays, ...page.strays].slice(0, STRAYS_NAMED),
  }
  if (page.next === null) return { done: true, found: counted }
  return { part: 'runs', cursor: page.next, found: counted }
}

/** Found is news: whoever keeps the log sees it without looking into Temporal. */
function tell(found: Reconciled): Reconciled {
  if (found.restarted + found.held + found.strays.length > 0)
    log.warn('reconciliation found differences', { ...found })
  return found
}

function describe({ submissions, restarted, held, runs, strays }: Reconciled): string {
  return [
    `**Проверено отправок:** ${submissions}`,
    `**Возобновлено:** ${restarted}`,
    `**Ждут сотрудника:** ${held}`,
    `**Проверено процессов:** ${runs}`,
    `**Без отправки:** ${strays.length}`,
  ].join('\n\n')
}
