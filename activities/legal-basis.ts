import type {
  ConsentCheckDraft,
  ConsentStatus,
  StepRecord,
  SubmissionCase,
} from '../adapters/storage/port.ts'
import { findInRegister, type RegisteredConsent } from '../domain/consent/legal-basis.ts'
import { MappingTable } from '../domain/document/mapping.ts'
import { matchTemplate } from '../domain/document/template.ts'
import type { Patient } from '../domain/report/report.ts'
import type { ConsentOutcome } from '../domain/submission/outcomes.ts'
import type { ActivityDeps } from './deps.ts'

const SERVICE_TIMEOUT_MS = 10_000

export interface LegalBasis {
  readonly outcome: ConsentOutcome
  readonly journal: Pick<StepRecord, 'consentChecks' | 'discoveredConsent'>
}

/** Reads the legal basis as it is now: the register first, then the consent service. Every question is journalled. */
export async function readLegalBasis(
  deps: ActivityDeps,
  submission: SubmissionCase,
  basis: 'consent' | 'law',
): Promise<LegalBasis> {
  if (basis === 'law') {
    const check = {
      submissionId: submission.submissionId,
      request: { basis },
      status: 'active',
      source: 'law',
      user: 'system',
    } as const
    return { outcome: { kind: 'active', consentId: null }, journal: { consentChecks: [check] } }
  }
  const analysis = await analysisOf(deps, submission)
  const finding = findInRegister(
    await deps.store.consentLookup.ofPatient(submission.submissionId),
    analysis,
    deps.now(),
  )
  const fromRegister = (consent: RegisteredConsent, status: ConsentStatus): ConsentCheckDraft => ({
    consentId: consent.id,
    submissionId: submission.submissionId,
    request: { analysis },
    status,
    source: 'register',
    user: 'system',
  })
  switch (finding.kind) {
    case 'refused':
      return {
        outcome: { kind: 'refused' },
        journal: { consentChecks: [fromRegister(finding.consent, 'rejected')] },
      }
    case 'lost': {
      const status = finding.consent.status === 'active' ? 'expired' : finding.consent.status
      return {
        outcome: { kind: 'lost' },
        journal: { consentChecks: [fromRegister(finding.consent, status)] },
      }
    }
    case 'candidate':
      if (!deps.consentService)
        return {
          outcome: { kind: 'active', consentId: finding.consent.id },
          journal: { consentChecks: [fromRegister(finding.consent, 'active')] },
        }
      return await askService(deps, submission, analysis, finding.consent)
    case 'none':
      return await askService(deps, submission, analysis, undefined)
  }
}

/** The template code the consent must cover; the laboratory's own code where no template fits yet. */
async function analysisOf(
  deps: ActivityDeps,
  { organization, report }: SubmissionCase,
): Promise<string> {
  const [templates, rows] = await Promise.all([
    deps.store.templates.list(organization.id),
    deps.store.codeMappings.list(organization.id, 'analysis'),
  ])
  return (
    matchTemplate(report.analysis, templates, new MappingTable(rows))?.code ?? report.analysis.code
  )
}

/** What outside services know the patient by. */
export function patientRef(patient: Patient): string {
  return patient.snils ?? patient.policy ?? patient.localId ?? ''
}

async function askService(
  deps: ActivityDeps,
  submission: SubmissionCase,
  analysis: string,
  consent: RegisteredConsent | undefined,
): Promise<LegalBasis> {
  const ref = patientRef(submission.report.patient)
  if (!deps.consentService || ref === '') {
    const check = {
      submissionId: submission.submissionId,
      request: { analysis },
      status: 'none',
      source: 'register',
      user: 'system',
    } as const
    return { outcome: { kind: 'absent' }, journal: { consentChecks: [check] } }
  }
  const answer = await deps.consentService.check({
    patientRef: ref,
    documentNumber: consent?.number,
    analysis,
    timeoutMs: SERVICE_TIMEOUT_MS,
  })
  const check: ConsentCheckDraft = {
    ...(consent && { consentId: consent.id }),
    submissionId: submission.submissionId,
    request: { analysis, requestId: answer.requestId },
    status: answer.status === 'unknown' ? 'none' : answer.status,
    source: 'service',
    user: 'system',
  }
  if (answer.status === 'active') return found(deps, check, consent, answer)
  if (consent && answer.status !== 'unknown') {
    await deps.store.consentLookup.recordRecheck(consent.id, check, answer.status)
    return { outcome: { kind: answer.status === 'rejected' ? 'refused' : 'lost' }, journal: {} }
  }
  return {
    outcome: { kind: answer.status === 'rejected' ? 'refused' : 'absent' },
    journal: { consentChecks: [check] },
  }
}

function found(
  deps: ActivityDeps,
  check: ConsentCheckDraft,
  consent: RegisteredConsent | undefined,
  answer: { documentNumber: string | undefined; validUntil: Date | undefined },
): LegalBasis {
  if (consent)
    return {
      outcome: { kind: 'active', consentId: consent.id },
      journal: { consentChecks: [check] },
    }
  const id = deps.newId()
  return {
    outcome: { kind: 'active', consentId: id },
    journal: {
      consentChecks: [{ ...check, consentId: id }],
      discoveredConsent: {
        id,
        number: answer.documentNumber ?? `service-${id}`,
        validUntil: answer.validUntil ?? null,
      },
    },
  }
}
