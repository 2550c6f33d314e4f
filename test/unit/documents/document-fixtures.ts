import type { DocumentInput, MappedObservation } from '../../../adapters/documents/port.ts'
import type { Observation, Report } from '../../../domain/report/report.ts'

type Quantity = readonly [
  name: string,
  value: string,
  unit: string,
  low: string,
  high: string,
  interpretation?: string,
]

const BLOOD_COUNT: readonly Quantity[] = [
  ['Гемоглобин', '112', 'г/л', '117', '155', 'L'],
  ['Эритроциты', '4.21', '10¹²/л', '3.8', '5.1', 'N'],
  ['Гематокрит', '35.2', '%', '35', '45'],
  ['Средний объём эритроцита (MCV)', '83.6', 'фл', '81', '100'],
  ['Среднее содержание гемоглобина в эритроците (MCH)', '26.6', 'пг', '27', '34', 'L'],
  ['Тромбоциты', '587', '10⁹/л', '180', '320', 'HH'],
  ['Лейкоциты', '11.8', '10⁹/л', '4.0', '9.0', 'H'],
  ['Нейтрофилы, абсолютное количество', '7.95', '10⁹/л', '1.8', '7.7', 'H'],
  ['Лимфоциты, абсолютное количество', '2.31', '10⁹/л', '1.2', '3.0'],
  ['Скорость оседания эритроцитов по Вестергрену', '34', 'мм/ч', '2', '20', 'H'],
]

export function quantity([name, value, unit, low, high, interpretation]: Quantity): Observation {
  return {
    code: `LAB-${name.length}`,
    codeSystem: 'local',
    name,
    value: { kind: 'quantity', value, unit: { code: unit } },
    referenceRange: { low, high },
    interpretation,
    status: 'final',
    notes: [],
  }
}

export function map(observation: Observation, index: number): MappedObservation {
  const { value } = observation
  const unit = value && 'unit' in value && value.unit ? value.unit.code : undefined
  return {
    fsliCode: String(1_000_100 + index),
    fsliName: `${observation.name}, официальное наименование`,
    unit: unit ? { code: String(200 + index), name: unit } : null,
  }
}

export const SHORT_REPORT: Report = {
  source: { system: 'ЛИС «Пример»', resultId: 'R-2026-000117', version: 1 },
  status: 'final',
  patient: {
    familyName: 'Тестова',
    givenName: 'Анна',
    patronymic: 'Сергеевна',
    birthDate: '1984-03-12',
    sex: 'female',
    snils: '11223344595',
    policy: '7700001122334455',
    localId: 'П-4471',
  },
  order: {
    placerNumber: 'Н-20871',
    fillerNumber: '26-11-0452',
    orderedAt: '2026-11-17T16:40+03:00',
  },
  performer: {
    familyName: 'Образцова',
    givenName: 'Мария',
    patronymic: 'Ивановна',
    snils: '19702774500',
    position: 'Врач клинической лабораторной диагностики',
  },
  responsibleDoctor: { familyName: 'Примеров', givenName: 'Пётр', patronymic: 'Петрович' },
  specimen: {
    id: '4600012345',
    type: { code: '1', codeSystem: 'local', name: 'Кровь венозная с ЭДТА' },
    collectedAt: '2026-11-18T08:05:00+03:00',
    receivedAt: '2026-11-18T09:20:00+03:00',
  },
  analysis: {
    code: 'CBC',
    codeSystem: 'local',
    name: 'Общий (клинический) анализ крови развёрнутый',
  },
  observations: BLOOD_COUNT.slice(0, 5).map(quantity),
  performedAt: '2026-11-18T11:42:00+03:00',
  notes: ['Рекомендуется консультация лечащего врача.'],
}

/** All kinds of value, every interpretation, long names, notes: thirty rows in two panels. */
export const MEDIUM_REPORT: Report = {
  ...SHORT_REPORT,
  status: 'corrected',
  observations: [
    ...BLOOD_COUNT.map(quantity),
    ...unusualObservations(),
    ...BLOOD_COUNT.slice(0, 9).map(quantity),
  ].map((observation, index) => ({
    ...observation,
    panel:
      index < 10
        ? { code: 'A', codeSystem: 'local', name: 'Гематология' }
        : { code: 'B', codeSystem: 'local', name: 'Биохимия, серология и микробиология' },
  })),
}

function unusualObservations(): Observation[] {
  const base = { codeSystem: 'local', status: 'final', notes: [] } as const
  return [
    {
      ...base,
      code: 'TNI',
      name: 'Тропонин I высокочувствительный',
      value: { kind: 'quantity', comparator: '<', value: '0.01', unit: { code: 'нг/мл' } },
      referenceRange: { high: '0.04' },
      interpretation: 'N',
    },
    {
      ...base,
      code: 'GLU',
      name: 'Глюкоза',
      value: { kind: 'quantity', value: '1.9', unit: { code: 'ммоль/л' } },
      referenceRange: { low: '4.1', high: '5.9' },
      interpretation: 'LL',
      status: 'corrected',
      notes: ['Повторено из второй пробирки. Результат сообщён врачу по телефону в 11:05.'],
    },
    {
      ...base,
      code: 'RPR',
      name: 'Антитела к кардиолипину, титр',
      value: { kind: 'ratio', numerator: '1', denominator: '40', separator: ':' },
      referenceRange: { text: 'отрицательно или менее 1:10' },
      interpretation: 'A',
    },
    {
      ...base,
      code: 'UER',
      name: 'Эритроциты в поле зрения',
      value: { kind: 'range', low: '0', high: '2', unit: { code: 'в п/зр' } },
      referenceRange: { text: '0–3' },
    },
    {
      ...base,
      code: 'HBS',
      name: 'HBsAg, антиген вируса гепатита B, качественное определение методом иммуноферментного анализа с подтверждением',
      alternative: { code: '5196-1', codeSystem: 'LN', name: 'HBsAg [Presence] in Serum' },
      value: { kind: 'coded', coding: { code: 'NEG', codeSystem: 'local', name: 'Не обнаружено' } },
      interpretation: 'NEG',
    },
    {
      ...base,
      code: 'CUL',
      name: 'Посев на микрофлору',
      value: {
        kind: 'text',
        text: 'Выделена Escherichia coli 10⁶ КОЕ/мл.\nЧувствительна к фосфомицину и нитрофурантоину.',
      },
      interpretation: 'POS',
    },
    {
      ...base,
      code: 'AMP',
      name: 'Ампициллин, МПК',
      value: { kind: 'quantity', comparator: '>=', value: '32', unit: { code: 'мкг/мл' } },
      interpretation: 'R',
    },
    {
      ...base,
      code: 'IMG',
      name: 'Электрофореграмма',
      value: {
        kind: 'file',
        mediaType: 'image/png',
        title: 'Электрофорез.png',
        dataBase64: 'iVBORw0KGgo=',
      },
    },
    { ...base, code: 'K', name: 'Калий', status: 'cancelled', notes: ['Гемолиз пробы.'] },
    {
      ...base,
      code: 'TSH',
      name: 'Тиреотропный гормон',
      value: { kind: 'quantity', value: '187.40', unit: { code: 'мкМЕ/мл' } },
      referenceRange: { low: '0.4', high: '4.0' },
      interpretation: 'HH',
    },
  ]
}

/** Twelve panels of ten: several pages. */
export const LONG_REPORT: Report = {
  ...SHORT_REPORT,
  observations: Array.from({ length: 12 }, (_, panel) =>
    BLOOD_COUNT.map((row) => ({
      ...quantity(row),
      panel: { code: `P${panel}`, codeSystem: 'local', name: `Панель исследований № ${panel + 1}` },
    })),
  ).flat(),
  notes: Array.from(
    { length: 6 },
    (_, index) => `Примечание ${index + 1}: ${'значения следует оценивать в динамике. '.repeat(4)}`,
  ),
}

export function documentInput(
  report: Report,
  overrides: Partial<DocumentInput> = {},
): DocumentInput {
  return {
    documentId: '0198a7c2-5d10-7c3e-9b41-2f6a0c0d1e01',
    setId: '0198a7c2-5d10-7c3e-9b41-2f6a0c0d1e00',
    versionNumber: 1,
    replacesDocumentId: undefined,
    createdAt: '2026-11-18T12:00:00+03:00',
    organization: {
      name: 'ООО «Демонстрационная лаборатория»',
      inn: '9990000001',
      ogrn: '1099900000001',
      oid: '1.2.643.5.1.13.13.12.2.77.99999',
      license: '№ Л041-01137-77/00000000 от 01.02.2024',
      address: '101000, г. Москва, ул. Примерная, д. 1',
      phone: '+7 495 000-00-00',
    },
    title: 'Протокол лабораторного исследования',
    serviceCode: 'B03.016.003',
    report,
    mapped: report.observations.map(map),
    stamp: {
      owner: 'ООО «Демонстрационная лаборатория»',
      serial: '01B2AF332E00F6E441A3BD114827EF37',
      notBefore: '2026-01-10T00:00:00Z',
      notAfter: '2027-01-10T00:00:00Z',
    },
    signature: { reason: 'Протокол (проверка)', location: 'Москва', room: 6_000 },
    ...overrides,
  }
}
