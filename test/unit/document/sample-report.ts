import type { Observation, Report } from '../../../domain/report/report.ts'

export function observation(change: Partial<Observation> = {}): Observation {
  return {
    code: 'HGB',
    codeSystem: 'local',
    name: 'Гемоглобин',
    status: 'final',
    value: { kind: 'quantity', value: '134', unit: { code: 'г/л' } },
    notes: [],
    ...change,
  }
}

/** A complete report about a patient who does not exist. */
export function report(change: Partial<Report> = {}): Report {
  return {
    source: { system: 'lis', resultId: 'R-1', version: 1 },
    status: 'final',
    patient: {
      familyName: 'Тестова',
      givenName: 'Анна',
      patronymic: 'Сергеевна',
      birthDate: '1980-05-17',
      sex: 'female',
    },
    analysis: { code: 'CBC', codeSystem: 'local', name: 'Общий анализ крови' },
    observations: [observation()],
    performedAt: '2027-03-01T09:30:00+03:00',
    notes: [],
    ...change,
  }
}
