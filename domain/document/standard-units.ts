/** A unit of NSI 1.2.643.5.1.13.13.11.1358 (version 3.23): its id and printed name. */
export interface StandardUnit {
  readonly code: string
  readonly name: string
}

/**
 * Units whose meaning needs no decision of a laboratory: id · printed name · UCUM codes. The directory's own UCUM column
 * is not unique (`1`, `mg/dl`, `%` …), so only unambiguous rows stand here; everything else is mapped by the laboratory.
 */
const ROWS: readonly (readonly [code: string, name: string, ...ucum: string[]])[] = [
  ['53', '%', '%'],
  ['60', 'г/л', 'g/L'],
  ['572', 'г/дл', 'g/dL'],
  ['431', 'г/мл', 'g/mL'],
  ['61', 'мг/л', 'mg/L'],
  ['63', 'мг/мл', 'mg/mL'],
  ['64', 'мкг/л', 'ug/L'],
  ['65', 'мкг/дл', 'ug/dL'],
  ['66', 'мкг/мл', 'ug/mL'],
  ['68', 'нг/л', 'ng/L'],
  ['69', 'нг/дл', 'ng/dL'],
  ['70', 'нг/мл', 'ng/mL'],
  ['75', 'пг/мл', 'pg/mL'],
  ['195', 'ммоль/л', 'mmol/L'],
  ['198', 'мкмоль/л', 'umol/L'],
  ['202', 'нмоль/л', 'nmol/L'],
  ['207', 'пмоль/л', 'pmol/L'],
  ['134', 'Ед/л', 'U/L'],
  ['136', 'Ед/мл', 'U/mL'],
  ['150', 'МЕ/л', '[IU]/L'],
  ['152', 'МЕ/мл', '[IU]/mL'],
  ['158', 'мМЕ/л', 'm[IU]/L'],
  ['160', 'мМЕ/мл', 'm[IU]/mL'],
  ['164', 'мкМЕ/мл', 'u[IU]/mL'],
  ['322', '10^9/л', '10*9/L'],
  ['328', '10^12/л', '10*12/L'],
  ['313', '10^3/мкл', '10*3/uL'],
  ['319', '10^6/мкл', '10*6/uL'],
  ['307', '1/мкл', '/uL', '1/uL'],
  ['20', 'фл', 'fL'],
  ['13', 'пг', 'pg'],
  ['36', 'мм/ч', 'mm/h'],
  ['16', 'мл', 'mL'],
  ['21', 'с', 's'],
]

const BY_NAME = new Map(ROWS.map(([code, name]) => [name, { code, name }]))
const BY_UCUM = new Map(
  ROWS.flatMap(([code, name, ...ucum]) =>
    ucum.map((unit) => [normalizeUcum(unit), { code, name }]),
  ),
)

/** The unit by its printed name in the directory, as laboratories write it in Russian. */
export function unitByName(name: string): StandardUnit | undefined {
  return BY_NAME.get(name.trim())
}

export function unitByUcum(code: string): StandardUnit | undefined {
  return BY_UCUM.get(normalizeUcum(code))
}

/** Annotations in braces carry no meaning in UCUM; `^` for `*`, and `l` for `L`, are common spellings of the same unit. */
function normalizeUcum(code: string): string {
  const bare = code
    .trim()
    .replaceAll('^', '*')
    .replace(/\{[^}]*\}/g, '')
    .replace(/\/$/, '')
  return bare.startsWith('/') ? `1${bare}`.toLowerCase() : bare.toLowerCase()
}
