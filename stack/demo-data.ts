import type { Organization, Right, TemplateDraft } from '../adapters/storage/port.ts'
import { DEMO_ORGANIZATION as DEMO_SUBJECT } from '../tools/pki/demo-subjects.ts'

/** The laboratory every embedded stack starts with: the one the demonstration certificate is made out to. */
export const DEMO_ORGANIZATION: Organization = {
  id: '00000000-0000-4000-8000-000000000001',
  ...DEMO_SUBJECT,
  okpo: null,
  kpp: null,
  oid: null,
  license: 'Л041-00000-00/00000000 (демонстрационная)',
  email: 'laboratory@lab.example',
  phone: '+7 000 000-00-00',
  address: '000000, г. Москва, ул. Примерная, д. 1',
  legalBasis: 'consent',
  registry: 'portal',
  environment: 'test',
  timeZone: 'Europe/Moscow',
}

export const DEMO_ACTOR = 'demo'

export const ALL_RIGHTS: readonly Right[] = ['submit', 'read', 'read-body', 'operate', 'configure']

const REQUIRED_FIELDS = [
  '/patient/familyName',
  '/patient/givenName',
  '/patient/birthDate',
  '/performedAt',
]

/** НМУ = Номенклатура медицинских услуг (приказ Минздрава России 804н); LN = LOINC in HL7 v2 tables. */
function template(code: string, title: string, serviceCode: string, loinc: readonly string[]) {
  return {
    code,
    title,
    serviceCodes: [serviceCode],
    analysisCodes: [
      { codeSystem: 'nmu', code: serviceCode },
      ...loinc.map((panel) => ({ codeSystem: 'LN', code: panel })),
    ],
    requiredFields: REQUIRED_FIELDS,
    personalSignatures: 0,
  }
}

export const DEMO_TEMPLATES: readonly TemplateDraft[] = [
  template('cbc', 'Общий (клинический) анализ крови развёрнутый', 'B03.016.003', [
    ...['57021-8', '58410-2', '57782-5', '24317-0', '26464-8'],
  ]),
  template('biochemistry', 'Анализ крови биохимический общетерапевтический', 'B03.016.004', [
    ...['24323-8', '51990-0', '24322-0'],
  ]),
  template('sars-cov-2-pcr', 'ПЦР: РНК коронавируса SARS-CoV-2', 'A26.08.027.001', [
    '94500-6',
    '94558-4',
  ]),
]
