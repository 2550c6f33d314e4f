import {
  allHandlersFinished,
  CancellationScope,
  condition,
  log,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow'
import type { NotificationInput, Progress, RetentionInput } from '../domain/submission/messages.ts'
import { Phase } from '../domain/submission/phase.ts'
import { reasonText } from '../domain/submission/reason.ts'
import type { Step, StepKey } from '../domain/submission/step.ts'
import { mustBeWithdrawn, type Supersession } from '../domain/submission/supersession.ts'
import { failureOf } from './failure.ts'
import { getProgress, placeHold, releaseHold, superseded } from './messages.ts'
import { notifyParties } from './notify-parties.ts'
import { NEEDS_ATTENTION, PHASE } from './search-attributes.ts'
import { destroyRecord, sealRecord, WITHDRAWAL_MS, withdrawRegistered } from './steps.ts'

interface Keeping {
  phase: Phase
  /** The last word on a legal hold; undefined until one is heard. */
  onHold: boolean | undefined
  /** Counts the words, to tell news from what was known. */
  words: number
  reason: string | undefined
  /** The registered document must not stay: why. Undefined again once the registry has withdrawn it. */
  withdraw: Supersession | undefined
  /** Counts how often the registry was asked to. */
  asked: number
}

/**
 * Keeps one record until its time: a fresh, tiny history with one durable timer, then destruction with a certificate.
 * A legal hold stops the clock's effect, not the clock: destruction follows when the hold is released. What the law
 * asks to keep cannot be cancelled.
 */
export async function retainSubmission(input: RetentionInput): Promise<void> {
  const keeping: Keeping = {
    phase: Phase.retained,
    onHold: undefined,
    words: 0,
    reason: undefined,
    withdraw: input.withdraw,
    asked: 0,
  }
  const hear = (onHold: boolean) => () => {
    keeping.onHold = onHold
    keeping.words += 1
  }
  setHandler(placeHold, hear(true))
  setHandler(releaseHold, hear(false))
  setHandler(superseded, ({ reason }) => {
    if (mustBeWithdrawn(reason)) keeping.withdraw = reason
  })
  setHandler(getProgress, () => progressOf(input, keeping))
  await CancellationScope.nonCancellable(() => keep(input, keeping))
}

async function keep(input: RetentionInput, keeping: Keeping): Promise<void> {
  const told = tell(input.news)
  const sealed = await untilDone(keeping, () => sealRecord({ key: keyOf(input, 'seal') }))
  // A hold placed while the submission was still on its way stands in the record; a word heard since is newer.
  keeping.onHold ??= sealed.onHold
  while (keeping.phase !== Phase.destroyed) {
    await untilDue(Date.parse(input.retainUntil), input, keeping)
    if (keeping.withdraw) await takeBack(input, keeping, keeping.withdraw)
    else await untilDone(keeping, () => destroy(input, keeping))
  }
  upsertSearchAttributes([{ key: PHASE, value: keeping.phase }])
  setCurrentDetails('**Этап:** destroyed')
  await told
  await condition(allHandlersFinished)
}

/** People informed and document delivered are two things: news that cannot be brought changes nothing of the keeping. */
async function tell(news: NotificationInput | undefined): Promise<void> {
  if (news === undefined) return
  try {
    await notifyParties(news)
  } catch (error) {
    log.warn('people could not be told', { code: failureOf(error).code })
  }
}

/**
 * The record of what was withdrawn is kept like any other. A registry that refuses is asked again daily, and a person sees
 * it; the doctor and the operator hear of it at once, because somebody may have acted on the document.
 */
async function takeBack(
  input: RetentionInput,
  keeping: Keeping,
  reason: Supersession,
): Promise<void> {
  const { submissionId, version } = input
  if (keeping.asked === 0) await tell({ submissionId, version, kind: 'result-withdrawn', round: 1 })
  const outcome = await untilDone(keeping, () => {
    keeping.asked += 1
    const key = {
      submissionId,
      version,
      step: 'withdraw-registered',
      round: keeping.asked,
    } as const
    return withdrawRegistered({ key, reason, timeoutMs: WITHDRAWAL_MS })
  })
  if (outcome.kind === 'withdrawn') {
    keeping.withdraw = undefined
    needsAttention(keeping, undefined)
    return
  }
  needsAttention(keeping, 'withdrawal-refused')
  await sleep('1 day')
}

/** Returns when the time has come and no hold stands, or when the document has to be taken back. */
async function untilDue(due: number, input: RetentionInput, keeping: Keeping): Promise<void> {
  while (keeping.withdraw === undefined && (keeping.onHold || Date.now() < due)) {
    const shown = keeping.onHold
    const hold = shown ? '\n\n**Удержание:** уничтожение приостановлено' : ''
    setCurrentDetails(`**Этап:** retained\n\n**Хранится до:** ${input.retainUntil}${hold}`)
    const changed = () => keeping.onHold !== shown || keeping.withdraw !== undefined
    if (Date.now() < due) await condition(changed, due - Date.now())
    else await condition(changed)
  }
}

/** The database has the last word: a hold placed a moment ago stands there before its signal is heard here. */
async function destroy(input: RetentionInput, keeping: Keeping): Promise<void> {
  const { words } = keeping
  try {
    await destroyRecord({ key: keyOf(input, 'destroy') })
    keeping.phase = Phase.destroyed
  } catch (error) {
    if (failureOf(error).code !== 'legal-hold') throw error
    if (keeping.words === words) keeping.onHold = true
  }
}

/** Nobody presses `retry` on a kept record: a step that no repeat can help is shown as such and tried again daily. */
async function untilDone<T>(keeping: Keeping, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      const done = await work()
      if (keeping.reason !== undefined) needsAttention(keeping, undefined)
      return done
    } catch (error) {
      needsAttention(keeping, failureOf(error).code)
      await sleep('1 day')
    }
  }
}

function needsAttention(keeping: Keeping, reason: string | undefined): void {
  const known = keeping.reason !== undefined
  keeping.reason = reason
  if (known !== (reason !== undefined))
    upsertSearchAttributes([{ key: NEEDS_ATTENTION, value: !known }])
  if (reason !== undefined)
    setCurrentDetails(`**Этап:** retained\n\n**Причина:** ${reasonText(reason)} (\`${reason}\`)`)
}

function progressOf(input: RetentionInput, { phase, onHold, reason }: Keeping): Progress {
  return {
    phase,
    version: input.version,
    lastVerdict: 'accepted' as const,
    waitingFor: onHold ? 'снятие удержания' : 'окончание срока хранения',
    waitingUntil: input.retainUntil,
    reason,
  }
}

function keyOf(input: RetentionInput, step: Step): StepKey {
  return { submissionId: input.submissionId, version: input.version, step, round: 1 }
}
