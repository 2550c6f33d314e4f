import type { OfficialUnit } from './official-code.ts'

/** A unit of NSI 1.2.643.5.1.13.13.11.1358 (version 3.23): its id and printed name. */
export interface StandardUnit {
  readonly code: string
  readonly name: string
}

/** What is measured, and the unit of the directory that others of its kind are converted to. */
const MASS = ['Массовая концентрация', '60'] as const
const MOLAR = ['Молярная концентрация', '192'] as const
const UNITS = ['Условные единицы в объеме', '134'] as const
const IU = ['Условные единицы в объеме', '150'] as const
const COUNT = ['Количество в объеме', '304'] as const

type Kind = readonly [dimension: string, base: string]
type Row = readonly [
  code: string,
  printed: string,
  full: string,
  kind: Kind,
  factor: number,
  ...ucum: string[],
]

/**
 * Units whose meaning needs no decision of a laboratory: id · printed name · full name · what it measures · factor to the
 * base unit · spellings in UCUM. UCUM is case-sensitive (`G/L` is gauss per litre, `S` is siemens), so every spelling that is
 * understood stands here letter for letter: `L` and `l` are both the litre, and `10^9` for `10*9` is how HL7 systems write
 * it. The directory's own UCUM column is not unique (`1`, `%` …): only unambiguous rows stand here.
 */
const ROWS: readonly Row[] = [
  ['53', '%', 'Процент', ['Отношение', '53'], 1, '%'],
  ['60', 'г/л', 'Грамм в литре', MASS, 1, 'g/L', 'g/l'],
  ['572', 'г/дл', 'Грамм в децилитре', MASS, 1e-1, 'g/dL', 'g/dl'],
  ['431', 'г/мл', 'Грамм в миллилитре', MASS, 1e3, 'g/mL', 'g/ml'],
  ['61', 'мг/л', 'Миллиграмм в литре', MASS, 1e-3, 'mg/L', 'mg/l'],
  ['62', 'мг/дл', 'Миллиграмм в децилитре', MASS, 1e-2],
  ['63', 'мг/мл', 'Миллиграмм в миллилитре', MASS, 1, 'mg/mL', 'mg/ml'],
  ['64', 'мкг/л', 'Микрограмм в литре', MASS, 1e-6, 'ug/L', 'ug/l'],
  ['65', 'мкг/дл', 'Микрограмм в децилитре', MASS, 1e-5, 'ug/dL', 'ug/dl'],
  ['66', 'мкг/мл', 'Микрограмм в миллилитре', MASS, 1e-3, 'ug/mL', 'ug/ml'],
  ['68', 'нг/л', 'Нанограмм в литре', MASS, 1e-9, 'ng/L', 'ng/l'],
  ['69', 'нг/дл', 'Нанограмм в децилитре', MASS, 1e-8, 'ng/dL', 'ng/dl'],
  ['70', 'нг/мл', 'Нанограмм в миллилитре', MASS, 1e-6, 'ng/mL', 'ng/ml'],
  ['75', 'пг/мл', 'Пикограмм в миллилитре', MASS, 1e-9, 'pg/mL', 'pg/ml'],
  ['195', 'ммоль/л', 'Миллимоль в литре', MOLAR, 1e-3, 'mmol/L', 'mmol/l'],
  ['198', 'мкмоль/л', 'Микромоль в литре', MOLAR, 1e-6, 'umol/L', 'umol/l'],
  ['202', 'нмоль/л', 'Наномоль в литре', MOLAR, 1e-9, 'nmol/L', 'nmol/l'],
  ['207', 'пмоль/л', 'Пикомоль в литре', MOLAR, 1e-12, 'pmol/L', 'pmol/l'],
  ['134', 'Ед/л', 'Единица в литре', UNITS, 1, 'U/L', 'U/l'],
  ['136', 'Ед/мл', 'Единица в миллилитре', UNITS, 1e3, 'U/mL', 'U/ml'],
  ['138', 'кЕд/л', '10^3 Единиц в литре', UNITS, 1e3, 'kU/L', 'kU/l'],
  ['150', 'МЕ/л', 'Международная единица в литре', IU, 1, '[IU]/L', '[IU]/l'],
  ['152', 'МЕ/мл', 'Международная единица в миллилитре', IU, 1e3, '[IU]/mL', '[IU]/ml'],
  ['158', 'мМЕ/л', '10^-3 Международных единиц в литре', IU, 1e-3, 'm[IU]/L', 'm[IU]/l'],
  ['160', 'мМЕ/мл', '10^-3 Международных единиц в миллилитре', IU, 1, 'm[IU]/mL', 'm[IU]/ml'],
  ['164', 'мкМЕ/мл', '10^-6 Международных единиц в миллилитре', IU, 1e-3, 'u[IU]/mL', 'u[IU]/ml'],
  ['322', '10^9/л', '10^9/л', COUNT, 1e9, '10*9/L', '10*9/l', '10^9/L', '10^9/l'],
  ['328', '10^12/л', '10^12/л', COUNT, 1e12, '10*12/L', '10*12/l', '10^12/L', '10^12/l'],
  ['313', '10^3/мкл', '10^3/мкл', COUNT, 1e9, '10*3/uL', '10*3/ul', '10^3/uL', '10^3/ul'],
  ['319', '10^6/мкл', '10^6/мкл', COUNT, 1e12, '10*6/uL', '10*6/ul', '10^6/uL', '10^6/ul'],
  ['307', '1/мкл', 'Количество в микролитре', COUNT, 1e6, '/uL', '/ul', '1/uL', '1/ul'],
  ['20', 'фл', 'Фемтолитр', ['Объем', '14'], 1e-15, 'fL', 'fl'],
  ['16', 'мл', 'Миллилитр', ['Объем', '14'], 1e-3, 'mL', 'ml'],
  ['13', 'пг', 'Пикограмм', ['Масса', '8'], 1e-12, 'pg'],
  ['36', 'мм/ч', 'Миллиметр в час', ['Линейная скорость', '29'], 1e-3 / 3600, 'mm/h'],
  ['21', 'с', 'Секунда', ['Время', '21'], 1, 's'],
]

export const STANDARD_UNITS: readonly OfficialUnit[] = ROWS.map(
  ([code, name, full, [dimension, base], factor]) => ({
    ...{ code, name, dimension, base, factor },
    names: name === full ? [name] : [name, full],
  }),
)

const unitOf = ([code, name]: Row): StandardUnit => ({ code, name })
const BY_NAME = new Map(ROWS.map((row) => [row[1], unitOf(row)]))
const BY_UCUM = new Map(
  ROWS.flatMap((row) => {
    const [, , , , , ...spellings] = row
    return spellings.map((spelling) => [spelling, unitOf(row)] as const)
  }),
)

/** Every spelling in UCUM that is understood, as it must be written. */
export const UCUM_SPELLINGS: readonly string[] = [...BY_UCUM.keys()]

/** The unit by its printed name in the directory, as laboratories write it in Russian. */
export function unitByName(name: string): StandardUnit | undefined {
  return BY_NAME.get(name.trim())
}

/** The unit by an exact spelling. Annotations in braces carry no meaning in UCUM. */
export function unitByUcum(code: string): StandardUnit | undefined {
  const bare = code
    .trim()
    .replace(/\{[^}]*\}/g, '')
    .replace(/\/$/, '')
  return BY_UCUM.get(bare)
}
