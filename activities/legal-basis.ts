import { Context } from '@temporalio/activity'
import type { ConsentAnswer } from '../adapters/consents/port.ts'
import type {
  Consent,
  ConsentCheckDraft,
  ConsentStatus,
  StepRecord,
  SubmissionCase,
} from '../adapters/storage/port.ts'
import { findInRegister } from '../domain/consent/legal-basis.ts'
import { MappingTable } from '../domain/document/mapping.ts'
import { matchTemplate } from '../domain/document/template.ts'
import type { Patient } from '../domain/report/report.ts'
import { isAppError } from '../domain/shared/app-error.ts'
import type { ConsentOutcome } from '../domain/submission/outcomes.ts'
import type { StepKey } from '../domain/submission/step.ts'
import type { ActivityDeps } from './deps.ts'

export const SERVICE_TIMEOUT_MS = 10_000
/** Number of a consent the service confirmed without naming its document: ours, so nobody is asked by it. */
const OWN_NUMBER = 'service-'

export interface LegalBasis {
  readonly outcome: ConsentOutcome
  /** The consent a document rests on, as the registry is told of it; absent where the law is enough. */
  readonly consent?: Pick<Consent, 'number' | 'givenAt'>
  readonly journal: Pick<StepRecord, 'consentChecks' | 'discoveredConsent'>
}
interface Question {
  readonly key: StepKey
  readonly submission: SubmissionCase
  /** What the consent must cover, by the code of a template. */
  readonly analysis: string
}

/**
 * Reads the legal basis as it is now: the register first, then the consent service. Every question is journalled. A
 * document is asked about as what it was made as, and a report without one (no `analysis`) as what would be made of it.
 */
export async function readLegalBasis(
  deps: ActivityDeps,
  asked: Omit<Question, 'analysis'> & { readonly analysis?: string | undefined },
  basis: 'consent' | 'law',
): Promise<LegalBasis> {
  const { key, submission } = asked
  const { submissionId } = submission
  if (basis === 'law') {
    const check = { request: { basis }, status: 'active', source: 'law' } as const
    return {
      outcome: { kind: 'active', consentId: null },
      journal: journalOf({ ...check, submissionId, user: 'system' }),
    }
  }
  const analysis = asked.analysis ?? (await analysisOf(deps, submission))
  const question = { key, submission, analysis }
  const consents = await deps.store.consentLookup.ofPatient(submissionId)
  const finding = findInRegister(consents, analysis, deps.now())
  if (finding.kind === 'none') return await askService(deps, question, undefined)
  const consent = consents.find(({ id }) => id === finding.consent.id)
  const fromRegister = (status: ConsentStatus) =>
    journalOf({ ...checkOf(question, finding.consent.id), status, source: 'register' })
  switch (finding.kind) {
    case 'refused':
      return { outcome: { kind: 'refused' }, journal: fromRegister('rejected') }
    case 'lost': {
      const { status } = finding.consent
      return {
        outcome: { kind: 'lost' },
        journal: fromRegister(status === 'active' ? 'expired' : status),
      }
    }
    case 'candidate':
      if (deps.consentService) return await askService(deps, question, consent)
      return {
        outcome: { kind: 'active', consentId: finding.consent.id },
        ...(consent && { consent }),
        journal: fromRegister('active'),
      }
  }
}

function journalOf(check: ConsentCheckDraft): LegalBasis['journal'] {
  return { consentChecks: [check] }
}

function checkOf({ submission, analysis }: Question, consentId: string | undefined) {
  return {
    ...(consentId !== undefined && { consentId }),
    submissionId: submission.submissionId,
    request: { analysis },
    user: 'system',
  }
}

/** The template code the consent must cover; the laboratory's own code where no template fits yet. */
async function analysisOf(
  deps: ActivityDeps,
  { organization, report }: SubmissionCase,
): Promise<string> {
  const { templates, mappings } = await deps.store.templates.rules(organization.id, 'analysis')
  const template = matchTemplate(report.analysis, templates, new MappingTable(mappings))
  return template?.code ?? report.analysis.code
}

/** What outside services know the patient by. */
export function patientRef(patient: Patient): string {
  return patient.snils ?? patient.policy ?? patient.localId ?? ''
}

/** The number by which the service can know a consent. */
export function askedNumber(consent: Pick<Consent, 'number'> | undefined): string | undefined {
  return consent?.number.startsWith(OWN_NUMBER) ? undefined : consent?.number
}

async function askService(
  deps: ActivityDeps,
  question: Question,
  consent: Consent | undefined,
): Promise<LegalBasis> {
  const asked = checkOf(question, consent?.id)
  const ref = patientRef(question.submission.report.patient)
  if (!deps.consentService || ref === '')
    return {
      outcome: { kind: 'absent' },
      journal: journalOf({ ...asked, status: 'none', source: 'register' }),
    }
  let answer: ConsentAnswer
  try {
    answer = await deps.consentService.check({
      patientRef: ref,
      documentNumber: askedNumber(consent),
      analysis: question.analysis,
      timeoutMs: SERVICE_TIMEOUT_MS,
    })
  } catch (error) {
    await recordUnanswered(deps, question.key, asked, error)
    throw error
  }
  const check: ConsentCheckDraft = {
    ...asked,
    request: { analysis: question.analysis, requestId: answer.requestId },
    status: answer.status === 'unknown' ? 'none' : answer.status,
    source: 'service',
  }
  if (answer.status === 'active') return found(deps, check, consent, answer)
  if (consent && answer.status !== 'unknown') {
    await deps.store.consentLookup.recordRecheck(consent.id, check, answer.status)
    return { outcome: { kind: answer.status === 'rejected' ? 'refused' : 'lost' }, journal: {} }
  }
  return {
    outcome: { kind: answer.status === 'rejected' ? 'refused' : 'absent' },
    journal: journalOf(check),
  }
}

/** A question without an answer was asked all the same: it stands in the journal, and the step stays open. */
async function recordUnanswered(
  deps: ActivityDeps,
  key: Question['key'],
  asked: ReturnType<typeof checkOf>,
  error: unknown,
): Promise<void> {
  const { attempt } = Context.current().info
  const request = { ...asked.request, code: isAppError(error) ? error.code : 'unexpected-failure' }
  await deps.store.journal.commit({
    key: { ...key, step: `unanswered:${key.step}`, round: key.round * 10_000 + attempt },
    outcome: null,
    events: [],
    consentChecks: [{ ...asked, request, status: 'error', source: 'service' }],
  })
}

function found(
  deps: ActivityDeps,
  check: ConsentCheckDraft,
  consent: Consent | undefined,
  answer: ConsentAnswer,
): LegalBasis {
  if (consent)
    return {
      outcome: { kind: 'active', consentId: consent.id },
      consent,
      journal: journalOf(check),
    }
  const id = deps.newId()
  const { analysis } = check.request
  const number = answer.documentNumber ?? `${OWN_NUMBER}${id}`
  return {
    outcome: { kind: 'active', consentId: id },
    consent: { number, givenAt: deps.now() },
    journal: {
      ...journalOf({ ...check, consentId: id }),
      discoveredConsent: {
        id,
        number,
        analysis: String(analysis),
        validUntil: answer.validUntil ?? null,
      },
    },
  }
}
