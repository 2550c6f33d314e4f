import type { Coding, Report, Unit } from '../report/report.ts'
import type { Issue } from '../shared/issue.ts'
import { type StandardUnit, unitByName, unitByUcum } from './standard-units.ts'

/** A row of a laboratory's mapping table. */
export interface MappingRow {
  readonly kind: 'observation' | 'unit' | 'analysis'
  readonly codeSystem: string
  readonly code: string
  readonly targetCode: string
  readonly targetName: string
}

export interface MappedObservation {
  readonly fsliCode: string
  readonly fsliName: string
  readonly unit: StandardUnit | null
}

/** Looks codes up in one laboratory's table. */
export class MappingTable {
  private readonly rows: ReadonlyMap<string, MappingRow>

  constructor(rows: readonly MappingRow[]) {
    this.rows = new Map(rows.map((row) => [keyOf(row.kind, row.codeSystem, row.code), row]))
  }

  observation(coding: Coding): { code: string; name: string } | undefined {
    if (coding.codeSystem.toLowerCase() === 'fsli') return { code: coding.code, name: coding.name }
    const row = this.rows.get(keyOf('observation', coding.codeSystem, coding.code))
    return row && { code: row.targetCode, name: row.targetName }
  }

  /** The laboratory's own table first: it knows what its spelling means. */
  unit(unit: Unit): StandardUnit | undefined {
    const row =
      this.rows.get(keyOf('unit', unit.codeSystem ?? 'local', unit.code)) ??
      this.rows.get(keyOf('unit', 'local', unit.code))
    if (row) return { code: row.targetCode, name: row.targetName }
    return unit.codeSystem?.toUpperCase() === 'UCUM' ? unitByUcum(unit.code) : unitByName(unit.code)
  }

  analysis(coding: Coding): string | undefined {
    return this.rows.get(keyOf('analysis', coding.codeSystem, coding.code))?.targetCode
  }
}

/** Every observation mapped, or one issue for each code that has no counterpart: nothing unmapped ever travels. */
export function mapObservations(
  report: Report,
  table: MappingTable,
): { mapped: MappedObservation[]; issues: Issue[] } {
  const mapped: MappedObservation[] = []
  const issues: Issue[] = []
  for (const [index, observation] of report.observations.entries()) {
    const pointer = `/observations/${index}`
    const test =
      table.observation(observation) ??
      (observation.alternative && table.observation(observation.alternative))
    if (!test)
      issues.push(
        unmapped(
          'code-unmapped',
          `${pointer}/code`,
          `Код ${observation.codeSystem} ${observation.code} не сопоставлен с ФСЛИ`,
        ),
      )
    const written = unitOf(observation.value)
    const unit = written && table.unit(written)
    if (written && !unit)
      issues.push(
        unmapped(
          'unit-unmapped',
          `${pointer}/value/unit/code`,
          `Единица «${written.code}» не сопоставлена со справочником 1358`,
        ),
      )
    if (test) mapped.push({ fsliCode: test.code, fsliName: test.name, unit: unit ?? null })
  }
  return { mapped, issues: withoutRepeats(issues) }
}

function unitOf(value: Report['observations'][number]['value']): Unit | undefined {
  return value && 'unit' in value ? value.unit : undefined
}

function unmapped(code: string, pointer: string, detail: string): Issue {
  return {
    code,
    pointer,
    detail: `${detail}: добавьте соответствие (POST /v1/code-mappings) и повторите`,
    severity: 'error',
  }
}

/** The same unit in twenty rows is one thing to map. */
function withoutRepeats(issues: readonly Issue[]): Issue[] {
  const seen = new Set<string>()
  return issues.filter((issue) => !seen.has(issue.detail) && seen.add(issue.detail))
}

function keyOf(kind: string, codeSystem: string, code: string): string {
  return `${kind}|${codeSystem.toLowerCase()}|${code}`
}
