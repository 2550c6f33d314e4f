import type { CodeMapping, Organization, Right, Template } from '../adapters/storage/port.ts'

/** The laboratory every embedded stack starts with. Its numbers have valid check digits and belong to no patient. */
export const DEMO_ORGANIZATION: Organization = {
  id: '00000000-0000-4000-8000-000000000001',
  name: 'ООО Лаборатория Гонец (демонстрация)',
  inn: '7707083893',
  ogrn: '1027700132195',
  okpo: null,
  kpp: null,
  oid: null,
  license: null,
  email: 'laboratory@lab.example',
  phone: null,
  address: null,
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

export const DEMO_TEMPLATES: readonly Omit<Template, 'version' | 'versionId' | 'confirmed'>[] = [
  template('cbc', 'Общий (клинический) анализ крови развернутый', 'B03.016.003', [
    ...['57021-8', '58410-2', '57782-5', '24317-0', '26464-8'],
  ]),
  template('biochemistry', 'Анализ крови биохимический общетерапевтический', 'B03.016.004', [
    ...['24323-8', '51990-0', '24322-0'],
  ]),
  template(
    'sars-cov-2-pcr',
    'Определение РНК коронавируса SARS-CoV-2 методом ПЦР',
    'A26.08.027.001',
    ['94500-6', '94558-4'],
  ),
]

const unit = (code: string, targetCode: string, targetName = code): CodeMapping => ({
  kind: 'unit',
  codeSystem: 'local',
  code,
  targetCode,
  targetName,
})

/** Units as laboratories write them → NSI list 1358. */
export const DEMO_UNITS: readonly CodeMapping[] = [
  unit('г/л', '60'),
  unit('%', '53'),
  unit('10^9/л', '322'),
  unit('10^12/л', '328'),
  unit('ммоль/л', '195'),
  unit('мкмоль/л', '198'),
  unit('Ед/л', '134'),
  unit('фл', '20'),
  unit('пг', '13'),
  unit('мм/ч', '36'),
]
