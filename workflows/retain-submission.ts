import {
  allHandlersFinished,
  condition,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow'
import type { RetentionInput } from '../domain/submission/messages.ts'
import { Phase } from '../domain/submission/phase.ts'
import type { Step, StepKey } from '../domain/submission/step.ts'
import { getProgress, placeHold, releaseHold } from './messages.ts'
import { PHASE } from './search-attributes.ts'
import { destroyRecord, sealRecord } from './steps.ts'

/**
 * Keeps one record until its time: a fresh, tiny history with one durable timer, then destruction with a certificate.
 * A legal hold stops the clock's effect, not the clock: destruction follows when the hold is released.
 */
export async function retainSubmission(input: RetentionInput): Promise<void> {
  let onHold = false
  let phase: Phase = Phase.retained
  setHandler(placeHold, () => {
    onHold = true
  })
  setHandler(releaseHold, () => {
    onHold = false
  })
  setHandler(getProgress, () => ({
    phase,
    version: input.version,
    lastVerdict: 'accepted' as const,
    waitingFor: onHold ? 'снятие удержания' : 'окончание срока хранения',
    waitingUntil: input.retainUntil,
    reason: undefined,
  }))
  // A hold placed while the submission was still on its way stands in the record.
  const sealed = await sealRecord({ key: keyOf(input, 'seal') })
  if (sealed.onHold) onHold = true
  const describe = () =>
    setCurrentDetails(
      `**Этап:** retained\n\n**Хранится до:** ${input.retainUntil}${onHold ? '\n\n**Удержание:** уничтожение приостановлено' : ''}`,
    )
  const due = Date.parse(input.retainUntil)
  for (let shown: boolean | undefined; onHold || Date.now() < due; ) {
    if (shown !== onHold) {
      shown = onHold
      describe()
    }
    const changed = () => onHold !== shown
    if (Date.now() < due) await condition(changed, due - Date.now())
    else await condition(changed)
  }
  await destroyRecord({ key: keyOf(input, 'destroy') })
  phase = Phase.destroyed
  upsertSearchAttributes([{ key: PHASE, value: phase }])
  setCurrentDetails('**Этап:** destroyed')
  await condition(allHandlersFinished)
}

function keyOf(input: RetentionInput, step: Step): StepKey {
  return { submissionId: input.submissionId, version: input.version, step, round: 1 }
}
