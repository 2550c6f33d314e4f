import type { Coding, Observation, Report, Unit } from '../report/report.ts'
import type { Issue } from '../shared/issue.ts'
import type { MappedTest, MappingTable } from './mapping-table.ts'
import { type StandardUnit, unitByUcum } from './standard-units.ts'

export { type MappingRow, MappingTable } from './mapping-table.ts'

export interface MappedObservation {
  readonly fsliCode: string
  readonly fsliName: string
  readonly unit: StandardUnit | null
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
    const test = testOf(observation, table)
    if (!test) issues.push(unmappedTest(`${pointer}/code`, observation, table))
    const written = unitOf(observation)
    const unit = written && table.unit(written)
    if (written && !unit) issues.push(unmappedUnit(`${pointer}/value/unit/code`, written, table))
    if (test) mapped.push({ fsliCode: test.code, fsliName: test.name, unit: unit ?? null })
  }
  return { mapped, issues: withoutRepeats(issues) }
}

/** The official test, by the first coding or by the second. */
export function testOf(observation: Observation, table: MappingTable): MappedTest | undefined {
  const { alternative } = observation
  return table.observation(observation) ?? (alternative && table.observation(alternative))
}

export function unitOf({ value }: Observation): Unit | undefined {
  return value && 'unit' in value ? value.unit : undefined
}

/** Every code of a report that official lists may have to say something about: what is looked up before its document. */
export function codesIn({ observations }: Pick<Report, 'observations'>): string[] {
  const codes = observations.flatMap((observation) => [
    ...[observation.code, observation.alternative?.code],
    ...spellingsOf(unitOf(observation)),
  ])
  return [...new Set(codes.filter((code) => code !== undefined))]
}

/** A unit as it is written, and the code of what it means in UCUM. */
export function spellingsOf(unit: Unit | undefined): string[] {
  if (!unit) return []
  const known = unitByUcum(unit.code)
  return [unit.code, unit.code.trim(), ...(known ? [known.code] : [])]
}

function unmappedTest(pointer: string, observation: Observation, table: MappingTable): Issue {
  const { codeSystem, code, alternative } = observation
  const codings: Coding[] = [observation, ...(alternative ? [alternative] : [])]
  if (codings.some((coding) => table.isWaiting('observation', coding)))
    return unconfirmed(pointer, `кода ${codeSystem} ${code}`)
  return unmapped('code-unmapped', pointer, `Код ${codeSystem} ${code} не сопоставлен с ФСЛИ`)
}

function unmappedUnit(pointer: string, unit: Unit, table: MappingTable): Issue {
  const { code } = unit
  if (table.isWaiting('unit', unit) || table.isWaiting('unit', { code }))
    return unconfirmed(pointer, `единицы «${code}»`)
  const detail = `Единица «${code}» не сопоставлена со справочником 1358`
  return unmapped('unit-unmapped', pointer, detail)
}

function unmapped(code: string, pointer: string, detail: string): Issue {
  return {
    code,
    pointer,
    detail: `${detail}: добавьте соответствие (POST /v1/code-mappings) и повторите`,
    severity: 'error',
  }
}

function unconfirmed(pointer: string, what: string): Issue {
  return {
    code: 'mapping-unconfirmed',
    pointer,
    detail: `Соответствие ${what} ждёт подтверждения второго сотрудника (POST /v1/code-mappings/confirm)`,
    severity: 'error',
  }
}

/** The same unit in twenty rows is one thing to map. */
function withoutRepeats(issues: readonly Issue[]): Issue[] {
  const seen = new Set<string>()
  return issues.filter((issue) => !seen.has(issue.detail) && seen.add(issue.detail))
}
