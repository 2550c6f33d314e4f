import type { CodeListName, OfficialTest, OfficialUnit } from '../domain/document/official-code.ts'
import { CommandRefused } from './command.ts'
import { readCsv } from './read-csv.ts'

type Cells = Readonly<Record<string, string>>

/** Columns of the directories as nsi.rosminzdrav.ru publishes them, that have to be there. */
const COLUMNS: Readonly<Record<CodeListName, readonly string[]>> = {
  fsli: ['ID', 'FULLNAME', 'SHORTNAME', 'UNIT'],
  units: [
    'ID',
    'FULLNAME',
    'SHORTNAME',
    'PRINTNAME',
    'MEASUREMENT',
    'COEFFICIENT',
    'CONVERSION_ID',
  ],
}
const CODE: Readonly<Record<CodeListName, RegExp>> = { fsli: /^\d{7}$/, units: /^\d{1,6}$/ }
const READ: Readonly<Record<CodeListName, (cells: Cells) => OfficialTest | OfficialUnit>> = {
  fsli: toTest,
  units: toUnit,
}

/** The entries of a directory in CSV. Throws CommandRefused with what is wrong with the file. */
export function readCodeList(name: CodeListName, text: string): (OfficialTest | OfficialUnit)[] {
  const rows = readCsv(text)
  const [first] = rows
  if (!first) throw new CommandRefused(['в файле нет ни одной строки'])
  const missing = COLUMNS[name].filter((column) => !(column in first))
  if (missing.length > 0) throw new CommandRefused([`нет столбцов: ${missing.join(', ')}`])
  const seen = new Set<string>()
  const faults = rows.flatMap(({ ID = '', FULLNAME }, index) => {
    const fault = faultOf(name, ID, FULLNAME, seen)
    return fault ? [`строка ${index + 2}: ${fault}`] : []
  })
  if (faults.length > 0) throw new CommandRefused(faults.slice(0, 20))
  return rows.map(READ[name])
}

function faultOf(name: CodeListName, id: string, fullName = '', seen: Set<string>) {
  if (!CODE[name].test(id)) return `это не код: ${id.slice(0, 40)}`
  if (fullName === '') return `у кода ${id} нет наименования`
  if (seen.has(id)) return `код ${id} указан дважды`
  seen.add(id)
  return undefined
}

function toTest({ ID = '', FULLNAME = '', SHORTNAME = '', UNIT = '' }: Cells): OfficialTest {
  return {
    code: ID,
    names: unique([FULLNAME, SHORTNAME]),
    units: unique(UNIT.split(';').map((unit) => unit.trim())),
  }
}

function toUnit(cells: Cells): OfficialUnit {
  const { ID = '', FULLNAME = '', SHORTNAME = '', PRINTNAME = '' } = cells
  const { MEASUREMENT = '', COEFFICIENT = '', CONVERSION_ID = '' } = cells
  const isBase = CONVERSION_ID === '' || CONVERSION_ID === ID
  return {
    code: ID,
    name: PRINTNAME || SHORTNAME || FULLNAME,
    names: unique([PRINTNAME, SHORTNAME, FULLNAME]),
    dimension: MEASUREMENT,
    base: isBase ? ID : CONVERSION_ID,
    factor: isBase ? 1 : toFactor(COEFFICIENT),
  }
}

/** `10^-3/3600`, `5*10^-5`, `73,556`; null for what is no such product. */
function toFactor(text: string): number | null {
  const parts = [...`*${text}`.matchAll(/([*/])([^*/]*)/g)]
  const factor = parts.reduce((product, [, sign, part = '']) => {
    const value = toNumber(part.trim())
    return sign === '/' ? product / value : product * value
  }, 1)
  return Number.isFinite(factor) && factor > 0 ? factor : null
}

function toNumber(text: string): number {
  const [, base = '', exponent = '1'] = /^(\d+(?:[.,]\d+)?)(?:\^(-?\d+))?$/.exec(text) ?? []
  return base === '' ? Number.NaN : Number(base.replace(',', '.')) ** Number(exponent)
}

const unique = (texts: readonly string[]) => [...new Set(texts.filter((text) => text !== ''))]
