import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow'

export interface StepFailure {
  readonly code: string
  readonly class: 'transient' | 'ambiguous' | 'permanent'
}

/** Why a step could not find out, read from the failure that Temporal carried over. Rethrows what is not a step's failure. */
export function failureOf(error: unknown): StepFailure {
  if (!(error instanceof ActivityFailure)) throw error
  const { cause } = error
  if (cause instanceof ApplicationFailure) {
    const [detail] = (cause.details ?? []) as { class?: StepFailure['class'] }[]
    return { code: cause.type ?? 'unexpected-failure', class: detail?.class ?? 'permanent' }
  }
  // The worker vanished with the call in flight and every repeat did too: nobody knows what the other side did.
  if (cause instanceof TimeoutFailure) return { code: 'activity-timeout', class: 'ambiguous' }
  throw error
}
