import type { Stopped } from '../domain/submission/outcomes.ts'
import { Phase } from '../domain/submission/phase.ts'
import type { Done } from './once.ts'

/** The set of a submission keeps it from going on: said once on the timeline, however often it is asked. */
export function stopped(way: Stopped, phase: Phase): Done<Stopped> {
  if (way.kind !== 'earlier-out') return { outcome: way, events: [] }
  return {
    outcome: way,
    patch: { phase: Phase.awaitingPredecessor },
    events:
      phase === Phase.awaitingPredecessor
        ? []
        : [
            {
              type: 'submission.awaits-earlier',
              text: 'Прежний документ этого результата в реестре без ответа: сначала ответ о нём',
            },
          ],
  }
}
