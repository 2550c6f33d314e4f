import { Context } from '@temporalio/activity'
import type { ConsentAnswer, ConsentService } from '../adapters/consents/port.ts'
import type { Consent, ConsentCheckDraft, Json } from '../adapters/storage/port.ts'
import type { Patient } from '../domain/report/report.ts'
import { isAppError } from '../domain/shared/app-error.ts'
import type { StepKey } from '../domain/submission/step.ts'
import type { ActivityDeps } from './deps.ts'

const SERVICE_TIMEOUT_MS = 10_000
/** Number of a consent the service confirmed without naming its document: ours, so nobody is asked by it. */
export const OWN_NUMBER = 'service-'

/** What outside services know the patient by. */
export function patientRef(patient: Patient): string {
  return patient.snils ?? patient.policy ?? patient.localId ?? ''
}

/** One question about one analysis, and what came of it. */
export type Asked = { readonly analysis: string; readonly consent: Consent | undefined } & (
  | { readonly answer: ConsentAnswer }
  | { readonly error: unknown }
)

/** Never fails: the questions that got an answer are journalled whatever became of the others. */
export async function ask(
  service: ConsentService,
  ref: string,
  question: { readonly analysis: string; readonly consent: Consent | undefined },
): Promise<Asked> {
  const { analysis, consent } = question
  try {
    const answer = await service.check({
      patientRef: ref,
      documentNumber: consent?.number.startsWith(OWN_NUMBER) ? undefined : consent?.number,
      analysis,
      timeoutMs: SERVICE_TIMEOUT_MS,
    })
    return { ...question, answer }
  } catch (error) {
    return { ...question, error }
  }
}

/** The row of the journal that shows the question, with its answer or that there was none. */
export function toCheck(asked: Asked): ConsentCheckDraft {
  const { analysis, consent } = asked
  const common = {
    analysis,
    ...(consent && { consentId: consent.id }),
    source: 'service',
    user: 'system',
  } as const
  if ('error' in asked) {
    const code = isAppError(asked.error) ? asked.error.code : 'unexpected-failure'
    return { ...common, request: { analysis, code }, status: 'error' }
  }
  const { requestId, expressedAt, status } = asked.answer
  const request: Record<string, Json> = { analysis, requestId }
  if (expressedAt) request.expressedAt = expressedAt.toISOString()
  return { ...common, request, status: status === 'unknown' ? 'none' : status }
}

/** Questions in vain are asked all the same: they stand in the journal, once a try, and the step stays open. */
export async function recordUnanswered(
  deps: ActivityDeps,
  key: StepKey,
  consentChecks: readonly ConsentCheckDraft[],
): Promise<void> {
  const { attempt } = Context.current().info
  await deps.store.journal.commit({
    key: { ...key, step: `unanswered:${key.step}`, round: key.round * 10_000 + attempt },
    outcome: null,
    events: [],
    consentChecks,
  })
}
