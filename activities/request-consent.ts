import type { StepKey } from '../domain/submission/step.ts'
import type { ActivityDeps } from './deps.ts'
import { once } from './once.ts'

export interface RequestConsentInput {
  readonly key: StepKey
  /** ISO 8601: when patience ends. */
  readonly until: string
}

/** Records that a new consent is awaited; the people concerned hear of it by `notifyParties`. */
export function createRequestConsent(deps: ActivityDeps) {
  return async function requestConsent({ key, until }: RequestConsentInput): Promise<void> {
    await once(deps.store.journal, key, () =>
      Promise.resolve({
        outcome: null,
        patch: { waitingUntil: new Date(until) },
        events: [
          { type: 'consent.requested', text: 'Запрошено новое согласие', details: { until } },
        ],
      }),
    )
  }
}
