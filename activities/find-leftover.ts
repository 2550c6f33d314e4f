import type { LeftoverInput } from '../domain/submission/messages.ts'
import type { Leftover } from '../domain/submission/outcomes.ts'
import type { ActivityDeps } from './deps.ts'

/** Whether the document is in force at the registry and must not be. */
export function createFindLeftover(deps: ActivityDeps) {
  return async function findLeftover(input: LeftoverInput): Promise<Leftover | null> {
    return deps.store.leftovers.find(input)
  }
}
