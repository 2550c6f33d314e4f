import type { Observation, Report } from '../report/report.ts'
import type { Issue } from '../shared/issue.ts'
import { dimensionText, scaleText } from './check-mapping.ts'
import { testOf, unitOf } from './mapping.ts'
import type { MappedTest, MappingTable } from './mapping-table.ts'
import { type CodeLists, compareUnits, isNameOf } from './official-codes.ts'
import type { StandardUnit } from './standard-units.ts'

/**
 * What the official lists have against the codes of a document, right before it is made: a mapping that was fine when it
 * was entered may be wrong by now, and no value leaves under another quantity. What is not mapped at all is told by
 * mapObservations.
 */
export function checkCodes(report: Report, table: MappingTable, lists: CodeLists): Issue[] {
  const issues: Issue[] = []
  const seen = new Set<string>()
  for (const [index, observation] of report.observations.entries()) {
    const pointer = `/observations/${index}`
    const test = testOf(observation, table)
    const unit = checkUnit(observation, table, lists)
    if (unit) issues.push(issue(unit.code, `${pointer}/value/unit/code`, unit.detail))
    if (!test) continue
    const fault = checkTest(test, observation, lists) ?? checkRepeat(test, observation, seen)
    if (fault) issues.push(issue(fault.code, `${pointer}/code`, fault.detail))
    const written = unitOf(observation)
    const mapped = written && table.unit(written)
    const permitted = mapped && checkPermitted(test, mapped, lists)
    if (permitted)
      issues.push(issue(permitted.code, `${pointer}/value/unit/code`, permitted.detail))
  }
  return issues
}

type Fault = Pick<Issue, 'code' | 'detail'>

function checkTest(test: MappedTest, { codeSystem, code }: Observation, lists: CodeLists) {
  const known = lists.test(test.code)
  const which = test.official ? '' : ` (соответствие кода ${codeSystem} ${code})`
  if (known === 'absent')
    return { code: 'code-unknown', detail: `Кода ${test.code} нет в ФСЛИ${which}` }
  // How a laboratory system calls an official code is its own affair; what a mapping says is ours.
  if (!known || test.official || isNameOf(known, test.name)) return undefined
  const detail = `Код ${test.code} называется в ФСЛИ иначе: «${known.names[0]}»${which}`
  return { code: 'code-name-wrong', detail }
}

/** One report has one specimen: the same test of the same panel can only be there once. What was cancelled does not count. */
function checkRepeat(
  { code }: MappedTest,
  { panel, status }: Observation,
  seen: Set<string>,
): Fault | undefined {
  if (status === 'cancelled') return undefined
  const key = [code, panel?.codeSystem, panel?.code].join('|')
  if (seen.has(key)) return { code: 'code-repeated', detail: `Показатель ${code} указан дважды` }
  seen.add(key)
  return undefined
}

function checkUnit(
  observation: Observation,
  table: MappingTable,
  lists: CodeLists,
): Fault | undefined {
  const written = unitOf(observation)
  const mapped = written && table.unit(written)
  if (!written || !mapped) return undefined
  const target = lists.unit(mapped.code)
  if (target === 'absent')
    return { code: 'code-unknown', detail: `Кода ${mapped.code} нет в справочнике единиц 1358` }
  if (!target) return undefined
  if (!isNameOf(target, mapped.name)) {
    const detail = `Код ${mapped.code} называется в справочнике единиц иначе: «${target.name}»`
    return { code: 'code-name-wrong', detail }
  }
  const source = lists.spelt(written)
  const difference = source ? compareUnits(source, target) : 'unknown'
  if (source && difference === 'dimension')
    return { code: 'unit-dimension-differs', detail: dimensionText(written.code, source, target) }
  if (difference === 'scale')
    return { code: 'unit-scale-differs', detail: scaleText(written.code, target) }
  return undefined
}

/** Named in the directory of tests by their printed names. */
function checkPermitted(
  { code }: MappedTest,
  unit: StandardUnit,
  lists: CodeLists,
): Fault | undefined {
  const test = lists.test(code)
  if (!test || test === 'absent' || test.units.length === 0) return undefined
  const official = lists.unit(unit.code)
  const names = official && official !== 'absent' ? official.names : [unit.name]
  if (names.some((name) => test.units.includes(name))) return undefined
  const detail = `Единица «${unit.name}» не допускается для показателя ${code}: ожидается ${test.units.join(', ')}`
  return { code: 'unit-not-permitted', detail }
}

function issue(code: string, pointer: string, detail: string): Issue {
  return { code, pointer, detail, severity: 'error' }
}
