import type { Patient } from '../../../domain/report/report.ts'
import type { Json } from './json.ts'

export type ConsentStatus = 'active' | 'expired' | 'withdrawn' | 'rejected'
export interface Consent {
  readonly id: string
  readonly organizationId: string
  /** Number of the consent document. */
  readonly number: string
  readonly givenAt: Date
  readonly scope: 'full' | 'partial'
  /** Analysis codes a partial consent covers (template codes). */
  readonly analyses: readonly string[]
  readonly confirmationMethod: 'paper' | 'electronic-signature' | 'esia' | 'sms-code' | 'service'
  readonly validUntil: Date | null
  readonly status: ConsentStatus
  readonly createdAt: Date
}
export interface ConsentCheck {
  readonly at: Date
  readonly request: { readonly [key: string]: Json }
  readonly status: ConsentStatus | 'none' | 'error'
  readonly source: 'register' | 'service' | 'law'
  readonly user: string
  readonly submissionId: string | null
}
export interface ConsentCheckDraft {
  readonly consentId?: string
  readonly submissionId?: string
  /** The request as asked, with ids only. */
  readonly request: { readonly [key: string]: Json }
  readonly status: ConsentStatus | 'none' | 'error'
  readonly source: 'register' | 'service' | 'law'
  /** Who asked: `system` or the id of a user or API key. */
  readonly user: string
}
export interface ConsentRegister {
  /** Idempotent by (organisation, number): the same content returns the first. Also signals submissions that wait for it. */
  register(
    input: Omit<Consent, 'id' | 'status' | 'createdAt'> & { patient: Patient; actor: string },
  ): Promise<{ kind: 'created' | 'repeated' | 'conflict'; consent: Consent }>
  get(organizationId: string, id: string): Promise<Consent | undefined>
  checks(organizationId: string, id: string): Promise<ConsentCheck[]>
  /** Sets the status and adds outbox rows that signal `consentChanged` to every submission in flight under it. */
  changeStatus(input: {
    organizationId: string
    id: string
    status: ConsentStatus
    actor: string
    reason?: string
  }): Promise<{ consent: Consent; inFlight: string[] } | undefined>
}
export interface ConsentLookup {
  /** Consents of the patient of a submission, newest first, whatever their status (matching is decided by the domain). */
  ofPatient(submissionId: string): Promise<Consent[]>
  byId(consentId: string): Promise<Consent | undefined>
  /** Identity of the person who gave the consent: the consent service is asked by it. */
  patientOf(consentId: string): Promise<Patient | undefined>
  /** Submissions in flight that rest on the consent. */
  inFlight(consentId: string): Promise<string[]>
  /** Journals a recheck and applies a changed status, in one transaction. */
  recordRecheck(
    consentId: string,
    check: ConsentCheckDraft,
    newStatus: ConsentStatus | undefined,
  ): Promise<void>
}
