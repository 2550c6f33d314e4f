import type { EventDraft } from '../adapters/storage/port.ts'
import type { AnswerOutcome } from '../domain/submission/outcomes.ts'
import { Phase } from '../domain/submission/phase.ts'
import type { RegistryAnswer } from '../domain/submission/registry-answer.ts'
import type { StepKey } from '../domain/submission/step.ts'
import { Verdict } from '../domain/submission/verdict.ts'
import type { ActivityDeps } from './deps.ts'
import { type Done, unlessDone } from './once.ts'

export interface RecordAnswerInput {
  readonly key: StepKey
  readonly acknowledgementId: string
  readonly retentionMs: number
}
type Recorded = Done<AnswerOutcome>

/** Lets a stored answer take effect on the submission. "Accepted" is said here and nowhere else. */
export function createRecordAnswer(deps: ActivityDeps) {
  return async function recordAnswer({
    key,
    acknowledgementId,
    retentionMs,
  }: RecordAnswerInput): Promise<AnswerOutcome> {
    const { acknowledgements, journal } = deps.store
    const found = await acknowledgements.begin(key, acknowledgementId)
    return await unlessDone(journal, key, found, async ({ answer }) => {
      const recorded =
        answer.version === key.version
          ? take(answer, new Date(keptFrom(answer, deps.now()) + retentionMs))
          : outdated(answer.version)
      return { ...recorded, acknowledgementId }
    })
  }
}

const DAY_MS = 86_400_000

/** The later of our clock and the registry's: one that is behind must not shorten the years, one far ahead not stretch them. */
function keptFrom({ answeredAt }: RegistryAnswer, now: Date): number {
  const ours = now.getTime()
  return Math.max(ours, Math.min(answeredAt.getTime(), ours + DAY_MS))
}

function take(answer: RegistryAnswer, retainUntil: Date): Recorded {
  switch (answer.verdict) {
    case Verdict.accepted:
      return {
        outcome: { kind: 'accepted', retainUntil: retainUntil.toISOString() },
        patch: {
          phase: Phase.notifying,
          lastVerdict: Verdict.accepted,
          registryId: answer.registryId ?? null,
          retainUntil,
          issues: [],
          reason: null,
        },
        events: [
          {
            type: 'registry.accepted',
            text: 'Документ зарегистрирован в реестре',
            ...(answer.registryId && { details: { registryId: answer.registryId } }),
          },
        ],
      }
    case Verdict.rejected:
      return refused(
        answer,
        'registry-rejected',
        { type: 'registry.rejected', text: 'Реестр отклонил документ' },
        Verdict.rejected,
      )
    case Verdict.correctionRequired:
      return refused(
        answer,
        'registry-correction',
        { type: 'registry.correction-required', text: 'Реестр требует корректировки' },
        Verdict.correctionRequired,
      )
    case Verdict.clarificationRequired:
      return refused(
        answer,
        'registry-clarification',
        { type: 'registry.clarification-required', text: 'Реестр требует уточнения' },
        Verdict.clarificationRequired,
      )
    case Verdict.processing:
      return {
        outcome: { kind: 'processing' },
        events: [{ type: 'registry.processing', text: 'Реестр обрабатывает документ' }],
      }
  }
}

function refused(
  answer: RegistryAnswer,
  reason: string,
  event: EventDraft,
  verdict: 'rejected' | 'correction-required' | 'clarification-required',
): Recorded {
  return {
    outcome: { kind: verdict },
    patch: { phase: Phase.needsCorrection, lastVerdict: verdict, issues: answer.issues, reason },
    events: [{ ...event, details: { codes: answer.issues.map((issue) => issue.code) } }],
  }
}

function outdated(version: number): Recorded {
  return {
    outcome: { kind: 'outdated' },
    events: [
      {
        type: 'registry.answered-earlier-version',
        text: 'Пришёл ответ о прежней версии документа',
        details: { version },
      },
    ],
  }
}
