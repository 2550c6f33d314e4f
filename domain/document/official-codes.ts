import type { Unit } from '../report/report.ts'
import type { CodeListExcerpt, OfficialTest, OfficialUnit } from './official-code.ts'
import { STANDARD_TESTS } from './standard-tests.ts'
import { STANDARD_UNITS, unitByName, unitByUcum } from './standard-units.ts'

const NOTHING_LOADED: CodeListExcerpt = { extents: {}, tests: [], units: [] }
const TESTS = byCode(STANDARD_TESTS)
const UNITS = byCode(STANDARD_UNITS)

/** What is known about official codes: what was loaded, and a small table of our own. */
export class CodeLists {
  private readonly extents: CodeListExcerpt['extents']
  private readonly tests: ReadonlyMap<string, OfficialTest>
  private readonly units: ReadonlyMap<string, OfficialUnit>

  constructor(loaded: CodeListExcerpt = NOTHING_LOADED) {
    this.extents = loaded.extents
    this.tests = byCode(loaded.tests)
    this.units = byCode(loaded.units)
  }

  /** `absent`: there is no such code. `undefined`: nobody here can tell. */
  test(code: string): OfficialTest | 'absent' | undefined {
    return this.tests.get(code) ?? (this.extents.fsli === 'whole' ? 'absent' : TESTS.get(code))
  }

  unit(code: string): OfficialUnit | 'absent' | undefined {
    return this.units.get(code) ?? (this.extents.units === 'whole' ? 'absent' : UNITS.get(code))
  }

  /** The unit that a spelling is beyond doubt, whatever a laboratory has mapped it to. */
  spelt({ code, codeSystem }: Unit): OfficialUnit | undefined {
    const text = code.trim()
    if (codeSystem?.toUpperCase() === 'UCUM') return this.known(unitByUcum(text)?.code)
    const named = [...this.units.values()].filter(({ names }) => names.includes(text))
    if (named.length > 0) return named.length === 1 ? named[0] : undefined
    return this.known((unitByName(text) ?? unitByUcum(text))?.code)
  }

  private known(code: string | undefined): OfficialUnit | undefined {
    const unit = code === undefined ? undefined : this.unit(code)
    return unit === 'absent' ? undefined : unit
  }
}

/** How a value would change if its unit were called by the other's name. */
export type UnitDifference = 'none' | 'scale' | 'dimension' | 'unknown'

/** The directory converts units of one kind to a common base: equal bases and equal factors are the same quantity. */
export function compareUnits(one: OfficialUnit, other: OfficialUnit): UnitDifference {
  if (one.code === other.code) return 'none'
  if (one.base !== other.base)
    return dimensionOf(one) === dimensionOf(other) ? 'unknown' : 'dimension'
  if (one.factor === null || other.factor === null) return 'unknown'
  return Math.abs(one.factor / other.factor - 1) < 1e-9 ? 'none' : 'scale'
}

/** The directory writes ё in some rows of one dimension and е in others. */
function dimensionOf({ dimension }: OfficialUnit): string {
  return dimension.toLowerCase().replaceAll('ё', 'е')
}

/** A name as it stands in the directory, or its part before the first comma; ё, е and spaces do not matter. */
export function isNameOf({ names }: { readonly names: readonly string[] }, name: string): boolean {
  const given = plain(name)
  return names.some((known) => plain(known) === given || plain(known).startsWith(`${given},`))
}

function plain(name: string): string {
  return name.normalize('NFC').trim().replace(/\s+/g, ' ').replaceAll('ё', 'е')
}

function byCode<T extends { readonly code: string }>(rows: readonly T[]): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [row.code, row]))
}
