import { createHash, randomUUID } from 'node:crypto'
import type { AcceptDraft, Store, SubmissionView } from '../../../adapters/storage/port.ts'
import type { WordFacts } from '../../../domain/intake/word.ts'
import type { Patient, Report } from '../../../domain/report/report.ts'
import type { Policy } from '../../../domain/submission/policy.ts'
import type { Step, StepKey } from '../../../domain/submission/step.ts'
import { LABORATORY } from '../../support/store.ts'

/** Every trait is unlike anything else in the database, so that a search for it means something. */
export const ANNA: Patient = {
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

export const POLICY: Policy = {
  legalBasis: 'consent',
  consentPatienceMs: 1,
  consentRecheckMs: 1,
  watchAfterMs: 1,
  signaturePatienceMs: 1,
  sendAttempts: 3,
  sendTimeoutMs: 1,
  pollFirstMs: 1,
  pollMaxMs: 1,
  reminderMs: [1],
  acknowledgementDeadlineMs: 1,
  retentionMs: 1,
}

interface Changes {
  readonly resultId?: string
  readonly system?: string | undefined
  readonly version?: number
  readonly status?: Report['status']
  readonly value?: string
  readonly patient?: Patient
  readonly analysis?: string
  readonly organizationId?: string
  readonly order?: Report['order']
  readonly word?: WordFacts
}

export function report(changes: Changes = {}): Report {
  const { resultId = 'R-1', version = 1, status = 'final', value = '13.5' } = changes
  return {
    source: { system: changes.system ?? 'LIS', resultId, version },
    status,
    patient: changes.patient ?? ANNA,
    ...(changes.order ? { order: changes.order } : {}),
    responsibleDoctor: { familyName: 'Докторов', email: 'doctor@example.test' },
    analysis: { code: changes.analysis ?? 'CBC', codeSystem: 'local', name: 'Общий анализ крови' },
    observations: [
      {
        code: 'HGB',
        codeSystem: 'local',
        name: 'Гемоглобин',
        value: { kind: 'quantity', value, unit: { code: 'г/дл' } },
        status: 'final',
        notes: [],
      },
    ],
    performedAt: '2026-03-01T10:00:00+03:00',
    notes: [],
  }
}

export function draft(changes: Changes = {}): AcceptDraft {
  const content = report(changes)
  const text = JSON.stringify(content)
  return {
    organizationId: changes.organizationId ?? LABORATORY.id,
    report: content,
    source: { bytes: Buffer.from(text), mediaType: 'application/json' },
    contentDigest: createHash('sha256').update(text).digest('hex'),
    policy: POLICY,
    word: { version: content.source.version, ...changes.word },
    actor: 'key-1',
  }
}

export function stepKey(submissionId: string, step: Step, round = 1, version = 1): StepKey {
  return { submissionId, version, step, round }
}

/** Puts a submission into a phase the way an activity does. */
export async function bringTo(
  store: Store,
  view: SubmissionView,
  patch: NonNullable<Parameters<Store['journal']['commit']>[0]['patch']>,
): Promise<void> {
  await store.journal.commit({
    key: {
      submissionId: view.id,
      version: view.version,
      step: 'seal',
      round: (Math.random() * 1e9) | 0,
    },
    outcome: randomUUID(),
    patch,
    events: [],
  })
}
