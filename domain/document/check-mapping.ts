import { spellingsOf } from './mapping.ts'
import type { MappingRow } from './mapping-table.ts'
import type { OfficialUnit } from './official-code.ts'
import { type CodeLists, compareUnits, isNameOf } from './official-codes.ts'

type Draft = Omit<MappingRow, 'confirmed'>

/** `wrong`: provably. `unproved`: nobody here can tell, so a second person has to confirm it; `reason` says why, in Russian. */
export type MappingCheck =
  | { readonly kind: 'proved' }
  | { readonly kind: 'unproved'; readonly reason: string }
  | MappingFault

export interface MappingFault {
  readonly kind: 'wrong'
  readonly code: string
  readonly field: 'code' | 'targetCode' | 'targetName'
  readonly detail: string
}

const PROVED: MappingCheck = { kind: 'proved' }

/** What the official lists have to say about a mapping. `templates`: codes of the organisation's templates. */
export function checkMapping(
  mapping: Draft,
  lists: CodeLists,
  templates: ReadonlySet<string>,
): MappingCheck {
  switch (mapping.kind) {
    case 'observation':
      return checkTest(mapping, lists)
    case 'unit':
      return checkUnit(mapping, lists)
    case 'analysis':
      return templates.has(mapping.targetCode)
        ? PROVED
        : wrong('template-unknown', 'targetCode', 'Такого шаблона нет.')
  }
}

/** Codes that official lists may have to say something about. */
export function codesOf({ codeSystem, code, targetCode }: Draft): string[] {
  return [targetCode, ...spellingsOf({ codeSystem, code })]
}

/** Indexes of entries that name a code another entry of the same list has named. */
export function repeatedIn(mappings: readonly Draft[]): number[] {
  const seen = new Set<string>()
  return mappings.flatMap(({ kind, codeSystem, code }, index) => {
    const key = [kind, codeSystem.toLowerCase(), code].join('|')
    if (seen.has(key)) return [index]
    seen.add(key)
    return []
  })
}

function checkTest({ targetCode, targetName }: Draft, lists: CodeLists): MappingCheck {
  const test = lists.test(targetCode)
  if (test === 'absent') return unknownCode(targetCode, 'ФСЛИ')
  if (!test) return unproved(`код ${targetCode} не с чем сверить: справочник ФСЛИ не загружен`)
  return isNameOf(test, targetName) ? PROVED : wrongName(targetCode, test.names[0] ?? '')
}

function checkUnit(mapping: Draft, lists: CodeLists): MappingCheck {
  const { targetCode, targetName, code, codeSystem } = mapping
  const target = lists.unit(targetCode)
  if (target === 'absent') return unknownCode(targetCode, 'справочнике единиц 1358')
  if (!target)
    return unproved(`код ${targetCode} не с чем сверить: справочник единиц 1358 не загружен`)
  if (!isNameOf(target, targetName)) return wrongName(targetCode, target.name)
  const source = lists.spelt({ code, codeSystem })
  if (!source) return unproved(`неизвестно, что лаборатория измеряет в «${code}»`)
  return compare(code, source, target)
}

function compare(spelling: string, source: OfficialUnit, target: OfficialUnit): MappingCheck {
  switch (compareUnits(source, target)) {
    case 'none':
      return PROVED
    case 'unknown':
      return unproved(`справочник не говорит, равны ли «${spelling}» и «${target.name}»`)
    case 'scale':
      return wrong('unit-scale-differs', 'targetCode', scaleText(spelling, target))
    case 'dimension':
      return wrong('unit-dimension-differs', 'targetCode', dimensionText(spelling, source, target))
  }
}

export function scaleText(spelling: string, { name }: OfficialUnit): string {
  return `«${spelling}» и «${name}» отличаются множителем: число значило бы другое`
}

export function dimensionText(
  spelling: string,
  source: OfficialUnit,
  target: OfficialUnit,
): string {
  const measured = `«${spelling}» — ${lower(source.dimension)}`
  return `${measured}, а «${target.name}» — ${lower(target.dimension)}: это разные величины`
}

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)

function wrong(code: string, field: MappingFault['field'], detail: string): MappingFault {
  return { kind: 'wrong', code, field, detail }
}

function unknownCode(code: string, list: string): MappingFault {
  return wrong('code-unknown', 'targetCode', `Кода ${code} нет в ${list}`)
}

function wrongName(code: string, name: string): MappingFault {
  return wrong('code-name-wrong', 'targetName', `Код ${code} называется иначе: «${name}»`)
}

function unproved(reason: string): MappingCheck {
  return { kind: 'unproved', reason }
}
