import type { EventDraft, SubmissionPatch } from '../adapters/storage/port.ts'
import type { ConsentOutcome } from '../domain/submission/outcomes.ts'
import { Phase } from '../domain/submission/phase.ts'
import type { StepKey } from '../domain/submission/step.ts'
import type { ActivityDeps } from './deps.ts'
import { readLegalBasis } from './legal-basis.ts'
import { onceFor } from './once.ts'

export interface CheckConsentInput {
  readonly key: StepKey
}

export function createCheckConsent(deps: ActivityDeps) {
  return async function checkConsent({ key }: CheckConsentInput): Promise<ConsentOutcome> {
    return await onceFor<ConsentOutcome>(deps.store, key, async (submission) => {
      const { legalBasis } = submission.policy
      const { outcome, journal } = await readLegalBasis(deps, { key, submission })
      return {
        outcome,
        ...journal,
        patch: patchOf(outcome),
        events: [eventOf(outcome, legalBasis)],
      }
    })
  }
}

function patchOf(outcome: ConsentOutcome): SubmissionPatch {
  const cleared = { reason: null, waitingUntil: null, issues: [], lastVerdict: null }
  switch (outcome.kind) {
    case 'active':
      return { ...cleared, phase: Phase.assembling, consentId: outcome.consentId }
    case 'absent':
      return { ...cleared, phase: Phase.awaitingConsent }
    case 'lost':
      return { ...cleared, phase: Phase.awaitingConsent, reason: 'consent-withdrawn' }
    case 'refused':
      return { ...cleared, reason: 'consent-refused' }
    case 'unclear':
      return { ...cleared, phase: Phase.awaitingConsent, reason: 'consent-unclear' }
  }
}

function eventOf(outcome: ConsentOutcome, legalBasis: 'consent' | 'law'): EventDraft {
  switch (outcome.kind) {
    case 'active':
      return {
        type: 'consent.active',
        text: legalBasis === 'law' ? 'Передача на основании закона' : 'Согласие пациента действует',
      }
    case 'absent':
      return { type: 'consent.absent', text: 'Согласие пациента не найдено' }
    case 'lost':
      return { type: 'consent.lost', text: 'Согласие пациента отозвано или истекло' }
    case 'refused':
      return { type: 'consent.refused', text: 'Пациент отказал в согласии' }
    case 'unclear':
      return {
        type: 'consent.unclear',
        text: 'Неясно, что пациент выразил последним: согласие или отзыв; решает сотрудник',
      }
  }
}
