/** A patient whose every trait is easy to find again: none of it may reach a log or an error. */
export const PLANTED = {
  familyName: 'Тестовидзе',
  givenName: 'Горислава',
  patronymic: 'Пробиславовна',
  birthDate: '1961-07-13',
  sex: 'female',
  snils: '112-233-445 95',
  email: 'planted.patient@example.test',
} as const

export const PLANTED_TRACES = [
  'Тестовидзе',
  'Горислава',
  'Пробиславовна',
  '1961-07-13',
  '19610713',
  '112-233-445 95',
  '11223344595',
  'planted.patient',
]

/** One finished result in the JSON of the interface. */
export function jsonResult(resultId: string, changes: Record<string, unknown> = {}) {
  return {
    source: { system: 'lis-test', resultId },
    status: 'final',
    patient: PLANTED,
    responsibleDoctor: { familyName: 'Врачёва', givenName: 'Елена', email: 'doctor@example.test' },
    analysis: { code: 'GLU', codeSystem: 'local', name: 'Глюкоза крови' },
    observations: [
      {
        code: 'GLU',
        codeSystem: 'local',
        name: 'Глюкоза',
        value: { kind: 'quantity', value: '5.1', unit: { code: 'ммоль/л' } },
        referenceRange: { low: '3.9', high: '6.1' },
      },
    ],
    performedAt: '2026-02-11T09:30:00+03:00',
    ...changes,
  }
}

/** The same kind of result as an HL7 v2.5 ORU^R01. */
export function hl7Result(resultId: string, { drop = '' } = {}): string {
  const segments = [
    'MSH|^~\\&|LIS-TEST|LAB|GONETS|LAB|20260211093000+0300||ORU^R01^ORU_R01|MSG-1|P|2.5|||||RUS|UNICODE UTF-8',
    `PID|1||P-77^^^LAB||${PLANTED.familyName}^${PLANTED.givenName}^${PLANTED.patronymic}||19610713|F`,
    `OBR|1|ORD-1|${resultId}|GLU^Глюкоза крови^L|||20260211090000+0300|||||||||||||||20260211093000+0300|||F`,
    'OBX|1|NM|GLU^Глюкоза^L||5.1|ммоль/л|3.9-6.1|N|||F',
  ]
  return segments.filter((segment) => !drop || !segment.startsWith(drop)).join('\r')
}
