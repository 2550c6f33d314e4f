/** Segments of which a message has one: their locations carry no number. */
const SINGLE: ReadonlySet<string> = new Set(['MSH', 'PID'])

/** What the fields are called when a person is told about them. */
const FIELDS: Readonly<Record<string, string>> = {
  'MSH-2': 'разделители',
  'MSH-3': 'система-отправитель',
  'MSH-4': 'организация-отправитель',
  'MSH-7': 'время сообщения',
  'MSH-9': 'тип сообщения',
  'MSH-10': 'номер сообщения',
  'MSH-12': 'версия HL7',
  'MSH-18': 'кодировка',
  'PID-3': 'идентификаторы пациента',
  'PID-5': 'ФИО пациента',
  'PID-7': 'дата рождения',
  'PID-8': 'пол',
  'PID-13': 'телефон и почта',
  'OBR-2': 'номер направления',
  'OBR-3': 'номер результата',
  'OBR-4': 'исследование',
  'OBR-6': 'время назначения',
  'OBR-7': 'время взятия биоматериала',
  'OBR-14': 'время поступления биоматериала',
  'OBR-15': 'биоматериал',
  'OBR-16': 'назначивший врач',
  'OBR-17': 'контакты врача',
  'OBR-22': 'время результата',
  'OBR-25': 'статус исследования',
  'OBR-32': 'исполнитель',
  'ORC-12': 'назначивший врач',
  'ORC-14': 'контакты врача',
  'OBX-2': 'тип значения',
  'OBX-3': 'показатель',
  'OBX-5': 'значение',
  'OBX-6': 'единица измерения',
  'OBX-7': 'референсный интервал',
  'OBX-8': 'отклонение от нормы',
  'OBX-11': 'статус показателя',
  'OBX-14': 'время наблюдения',
  'OBX-16': 'исполнитель',
  'OBX-19': 'время анализа',
  'SPM-2': 'номер образца',
  'SPM-4': 'биоматериал',
  'SPM-17': 'время взятия биоматериала',
  'SPM-18': 'время поступления биоматериала',
  'NTE-3': 'примечание',
}

/** `OBX[3]-5`: segment, its number among the segments of that name in the message (from 1), field. */
export function toLocation(segment: string, ordinal: number, field?: number): string {
  const place = SINGLE.has(segment) ? segment : `${segment}[${ordinal}]`
  return field === undefined ? place : `${place}-${field}`
}

/** `OBX[3]-5` → «Сегмент OBX № 3, поле 5 (значение)» */
export function describeLocation(location: string): string {
  const match = /^([A-Z0-9]{3})(?:\[(\d+)\])?(?:-(\d+))?$/.exec(location)
  if (!match) return 'Сообщение'
  const [, segment, ordinal, field] = match
  const name = FIELDS[`${segment}-${field}`]
  return [
    `Сегмент ${segment}${ordinal ? ` № ${ordinal}` : ''}`,
    field ? `, поле ${field}${name ? ` (${name})` : ''}` : '',
  ].join('')
}
