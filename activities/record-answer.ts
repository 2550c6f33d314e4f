import type { EventDraft, ReceivedAnswer } from '../adapters/storage/port.ts'
import type { Refusal } from '../domain/registry/book.ts'
import type { AnswerOutcome } from '../domain/submission/outcomes.ts'
import { Phase } from '../domain/submission/phase.ts'
import type { Reason } from '../domain/submission/reason.ts'
import type { StepKey } from '../domain/submission/step.ts'
import { Verdict } from '../domain/submission/verdict.ts'
import type { ActivityDeps } from './deps.ts'
import type { Done } from './once.ts'

export interface RecordAnswerInput {
  readonly key: StepKey
  readonly acknowledgementId: string
}
type Recorded = Done<AnswerOutcome>

/**
 * Lets what is believed of the document take effect on the submission. The book heard every answer when it was stored, so
 * an older answer read late does not take back a newer one, and a disputed one has no effect until a person decides.
 * "Accepted" is said here and nowhere else.
 */
export function createRecordAnswer(deps: ActivityDeps) {
  return async function recordAnswer({
    key,
    acknowledgementId,
  }: RecordAnswerInput): Promise<AnswerOutcome> {
    const { acknowledgements, journal } = deps.store
    const found = await acknowledgements.begin(key, acknowledgementId)
    if ('done' in found) return found.done as AnswerOutcome
    const { answer } = found
    if (answer.version === key.version) {
      const recorded = take(answer, new Date(keptFrom(answer, deps.now()) + answer.retentionMs))
      const taken = await journal.commit({ ...recorded, key, acknowledgementId, ifCurrent: true })
      if (taken !== null) return taken as AnswerOutcome
    }
    // The run may not know of a correction yet that has been accepted: it is told of it by that, not by this answer.
    return (await journal.commit({ ...outdated(answer), key, acknowledgementId })) as AnswerOutcome
  }
}

const DAY_MS = 86_400_000

/** The later of our clock and the registry's: one that is behind must not shorten the years, one far ahead not stretch them. */
function keptFrom({ answeredAt }: ReceivedAnswer, now: Date): number {
  const ours = now.getTime()
  return Math.max(ours, Math.min(answeredAt.getTime(), ours + DAY_MS))
}

function take(answer: ReceivedAnswer, retainUntil: Date): Recorded {
  const { verdict, book } = answer
  if (verdict === Verdict.processing)
    return {
      outcome: { kind: 'processing' },
      events: [{ type: 'registry.processing', text: 'Реестр обрабатывает документ' }],
    }
  if (book.state === 'accepted') return accepted(book.registryId, retainUntil)
  if (book.state === 'refused') return refused(answer, book.verdict)
  // Disputed, given back, or settled by a person in a way that leaves nothing to say.
  return { outcome: { kind: 'without-effect' }, events: [] }
}

function accepted(registryId: string | null, retainUntil: Date): Recorded {
  return {
    outcome: { kind: 'accepted', retainUntil: retainUntil.toISOString() },
    patch: {
      phase: Phase.notifying,
      lastVerdict: Verdict.accepted,
      registryId,
      retainUntil,
      issues: [],
      reason: null,
    },
    events: [
      {
        type: 'registry.accepted',
        text: 'Документ зарегистрирован в реестре',
        ...(registryId && { details: { registryId } }),
      },
    ],
  }
}

const REFUSALS: Record<Refusal, { readonly reason: Reason; readonly event: EventDraft }> = {
  rejected: {
    reason: 'registry-rejected',
    event: { type: 'registry.rejected', text: 'Реестр отклонил документ' },
  },
  'correction-required': {
    reason: 'registry-correction',
    event: { type: 'registry.correction-required', text: 'Реестр требует корректировки' },
  },
  'clarification-required': {
    reason: 'registry-clarification',
    event: { type: 'registry.clarification-required', text: 'Реестр требует уточнения' },
  },
}

function refused({ issues }: ReceivedAnswer, verdict: Refusal): Recorded {
  const { reason, event } = REFUSALS[verdict]
  return {
    outcome: { kind: verdict },
    patch: { phase: Phase.needsCorrection, lastVerdict: verdict, issues, reason },
    events: [{ ...event, details: { codes: issues.map((issue) => issue.code) } }],
  }
}

function outdated({ version, verdict }: ReceivedAnswer): Recorded {
  return {
    outcome: { kind: 'outdated' },
    events: [
      {
        type: 'registry.answered-earlier-version',
        text: 'Пришёл ответ о прежней версии документа',
        details: { version, verdict },
      },
    ],
  }
}
