import type { Coding, Unit } from '../report/report.ts'
import { type StandardUnit, unitByName, unitByUcum } from './standard-units.ts'

/** A row of a laboratory's mapping table. */
export interface MappingRow {
  readonly kind: 'observation' | 'unit' | 'analysis'
  readonly codeSystem: string
  readonly code: string
  readonly targetCode: string
  readonly targetName: string
  /** False: nobody could check it and no second person has confirmed it. It is not used. */
  readonly confirmed: boolean
}

export interface MappedTest {
  readonly code: string
  readonly name: string
  /** The laboratory system sent the official code itself. */
  readonly official: boolean
}

/** Looks codes up in one laboratory's table. */
export class MappingTable {
  /** Null: two rows name one code, in systems that differ by case alone, and lead to different targets. */
  private readonly rows: ReadonlyMap<string, MappingRow | null>

  constructor(rows: readonly MappingRow[]) {
    const found = new Map<string, MappingRow | null>()
    for (const row of rows) {
      const key = keyOf(row.kind, row.codeSystem, row.code)
      const known = found.get(key)
      found.set(key, known === undefined || known?.targetCode === row.targetCode ? row : null)
    }
    this.rows = found
  }

  observation(coding: Coding): MappedTest | undefined {
    if (coding.codeSystem.toLowerCase() === 'fsli')
      return { code: coding.code, name: coding.name, official: true }
    const row = this.find('observation', coding)
    return row && { code: row.targetCode, name: row.targetName, official: false }
  }

  /** The laboratory's own table first: it knows what its spelling means. */
  unit(unit: Unit): StandardUnit | undefined {
    const row = this.unitRow(unit)
    if (row) return { code: row.targetCode, name: row.targetName }
    return unit.codeSystem?.toUpperCase() === 'UCUM' ? unitByUcum(unit.code) : unitByName(unit.code)
  }

  /** The row that decides what a unit is, if the laboratory has one. */
  unitRow({ code, codeSystem = 'local' }: Unit): MappingRow | undefined {
    return (
      this.find('unit', { codeSystem, code }) ?? this.find('unit', { codeSystem: 'local', code })
    )
  }

  analysis(coding: Pick<Coding, 'codeSystem' | 'code'>): string | undefined {
    return this.find('analysis', coding)?.targetCode
  }

  /** A row exists that a second person has yet to confirm. */
  isWaiting(kind: MappingRow['kind'], { codeSystem = 'local', code }: Unit): boolean {
    const row = this.rows.get(keyOf(kind, codeSystem, code))
    return row !== undefined && row !== null && !row.confirmed
  }

  private find(
    kind: MappingRow['kind'],
    { codeSystem, code }: Pick<Coding, 'codeSystem' | 'code'>,
  ): MappingRow | undefined {
    const row = this.rows.get(keyOf(kind, codeSystem, code))
    return row?.confirmed ? row : undefined
  }
}

function keyOf(kind: string, codeSystem: string, code: string): string {
  return `${kind}|${codeSystem.toLowerCase()}|${code}`
}
