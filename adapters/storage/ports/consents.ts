import type { WillDecision } from '../../../domain/consent/will.ts'
import type { Patient } from '../../../domain/report/report.ts'
import type { Json } from './json.ts'

export type ConfirmationMethod = 'paper' | 'electronic-signature' | 'esia' | 'sms-code' | 'service'
export type WithdrawalMethod = 'paper' | 'electronic-signature' | 'esia' | 'sms-code' | 'oral'

/** Acts of a patient. What a consent service answered is in the journal, never here. */
export interface Consent {
  readonly id: string
  readonly organizationId: string
  /** Number of the consent document. */
  readonly number: string
  readonly givenAt: Date
  /** Only the day is known: `givenAt` is its first moment. */
  readonly givenByDay: boolean
  readonly scope: 'full' | 'partial'
  /** Analysis codes a partial consent covers (template codes). */
  readonly analyses: readonly string[]
  readonly confirmationMethod: ConfirmationMethod
  readonly validUntil: Date | null
  /** When the patient took it back, who entered that, and how the patient expressed it. */
  readonly withdrawnAt: Date | null
  readonly withdrawnByDay: boolean
  readonly withdrawnBy: string | null
  readonly withdrawalMethod: WithdrawalMethod | null
  /** `service`: only the consent service has told of it; it counts while the service repeats it. */
  readonly source: 'register' | 'service'
  /** The number of the patient by which results find the consent. */
  readonly knownBy: 'snils' | 'policy' | 'local-number'
  readonly createdAt: Date
}
type Given = Pick<
  Consent,
  | 'organizationId'
  | 'number'
  | 'givenAt'
  | 'scope'
  | 'analyses'
  | 'confirmationMethod'
  | 'validUntil'
>

export type CheckStatus =
  | 'active'
  | 'expired'
  | 'withdrawn'
  | 'rejected'
  | 'none'
  | 'unclear'
  | 'error'
interface Asked {
  /** The request as asked, with ids only. */
  readonly request: { readonly [key: string]: Json }
  readonly status: CheckStatus
  readonly source: 'register' | 'service' | 'law'
  /** Who asked: `system` or the id of a user or API key. */
  readonly user: string
}
export interface ConsentCheck extends Asked {
  readonly at: Date
  readonly consentId: string | null
  readonly submissionId: string | null
  readonly analysis: string | null
}
/** The organisation is that of the submission, else of the consent. */
export interface ConsentCheckDraft extends Asked {
  readonly consentId?: string
  readonly submissionId?: string
  readonly analysis?: string
}
/** A consent that an analysis of a submission rests on. */
export interface Resting {
  readonly analysis: string
  readonly consentId: string
}

export interface ConsentRegister {
  /** Idempotent by (organisation, number): the same content returns the first. Also signals submissions that wait for it. */
  register(
    input: Given & { givenByDay?: boolean; patient: Patient; actor: string },
  ): Promise<{ kind: 'created' | 'repeated' | 'conflict'; consent: Consent }>
  get(organizationId: string, id: string): Promise<Consent | undefined>
  /** Journal of the consent, oldest first. */
  checks(organizationId: string, id: string): Promise<ConsentCheck[]>
  /** Journal of a submission, oldest first, with what was asked in vain. */
  checksOfSubmission(organizationId: string, submissionId: string): Promise<ConsentCheck[]>
  /**
   * Records that the patient took the consent back, and tells the submissions in flight that it was the last word for. The
   * first record stands: `conflict` is a repeat that says something else, `too-early` a time before the consent was given.
   */
  withdraw(input: {
    organizationId: string
    id: string
    withdrawnAt?: Date
    byDay?: boolean
    method?: WithdrawalMethod
    actor: string
    reason?: string
  }): Promise<
    | { kind: 'withdrawn' | 'repeated'; consent: Consent; told: string[] }
    | { kind: 'conflict' | 'too-early' }
    | undefined
  >
}
export interface ConsentLookup {
  /** Consents of the patient of a submission, newest first, whatever became of them (matching is decided by the domain). */
  ofPatient(submissionId: string): Promise<Consent[]>
  byId(consentId: string): Promise<Consent | undefined>
  /** What people decided about this submission where the order of the patient's words was unclear. */
  decisions(submissionId: string): Promise<WillDecision[]>
  /** Submissions in flight of which an analysis rests on the consent, with their versions and those analyses. */
  resting(
    consentId: string,
  ): Promise<{ submissionId: string; version: number; analyses: string[] }[]>
  /** What each analysis of the submission rests on. */
  basisOf(submissionId: string): Promise<{ analysis: string; consent: Consent }[]>
  /** Journals questions that no step asked. */
  recordChecks(checks: readonly ConsentCheckDraft[]): Promise<void>
}
