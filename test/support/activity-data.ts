import type { ConsentAnswer } from '../../adapters/consents/port.ts'
import type { Patient, Report } from '../../domain/report/report.ts'
import type { Step, StepKey } from '../../domain/submission/step.ts'

/** The planted person: nothing of hers may appear in an error, an event or a message. */
export const PATIENT: Patient = {
  familyName: 'Тестова',
  givenName: 'Аннабелла',
  patronymic: 'Сергеевна',
  birthDate: '1987-11-23',
  sex: 'female',
  snils: '11223344595',
  policy: '7788990011223344',
  localId: 'local-anna-17',
  phone: '+79990001122',
  email: 'anna.testova@example.test',
}
export const DOCTOR = { familyName: 'Докторов', email: 'doctor@example.test' }
/** No two documents of a registry have one number. */
export const numberOf = (documentId: string) => `РЕГ-${documentId}`
export const STARTED = new Date('2026-03-01T09:00:00.000Z')

export const POLICY = {
  legalBasis: 'consent',
  consentPatienceMs: 1,
  consentRecheckMs: 1,
  watchAfterMs: 1,
  signaturePatienceMs: 1,
  sendAttempts: 3,
  sendTimeoutMs: 1000,
  pollFirstMs: 1,
  pollMaxMs: 1,
  reminderMs: [1],
  acknowledgementDeadlineMs: 1,
  retentionMs: 157_852_800_000,
} as const

export const HEMOGLOBIN = {
  kind: 'observation',
  codeSystem: 'local',
  code: 'HGB',
  targetCode: '1017128',
  targetName: 'Гемоглобин общий, массовая концентрация в крови',
} as const

export function labReport(resultId: string): Report {
  return {
    source: { system: 'LIS', resultId, version: 1 },
    status: 'final',
    patient: PATIENT,
    responsibleDoctor: DOCTOR,
    analysis: { code: 'CBC', codeSystem: 'local', name: 'Общий анализ крови' },
    observations: [observation('HGB', { code: 'г/л' })],
    performedAt: '2026-03-01T10:00:00+03:00',
    notes: [],
  }
}

export function observation(
  code: string,
  unit: { code: string; codeSystem?: string },
): Report['observations'][number] {
  return {
    code,
    codeSystem: 'local',
    name: `Показатель ${code}`,
    value: { kind: 'quantity', value: '913.7', unit },
    status: 'final',
    notes: [],
  }
}

export function keyOf(submissionId: string, step: Step, round = 1, version = 1): StepKey {
  return { submissionId, version, step, round }
}

export function send(submissionId: string, { round = 1 } = {}) {
  return { key: keyOf(submissionId, 'send', round), timeoutMs: 1000 }
}

/** An answer of the consent service. */
export function consentAnswer(changes: Partial<ConsentAnswer> = {}): ConsentAnswer {
  return {
    status: 'active',
    documentNumber: undefined,
    validUntil: undefined,
    expressedAt: undefined,
    requestId: 'cq-1',
    ...changes,
  }
}

/** What of the planted person a text contains. */
export function planted(text: string): string[] {
  return [PATIENT.familyName, PATIENT.givenName, PATIENT.snils, PATIENT.email, DOCTOR.familyName]
    .filter((part): part is string => part !== undefined)
    .filter((part) => text.toLowerCase().includes(part.toLowerCase()))
}
