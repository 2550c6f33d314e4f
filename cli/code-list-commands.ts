import type { CodeListName } from '../domain/document/official-code.ts'
import { STANDARD_TESTS } from '../domain/document/standard-tests.ts'
import { STANDARD_UNITS } from '../domain/document/standard-units.ts'
import { readCodeList } from './code-list-file.ts'
import { ACTOR, type CliDeps, type Command, CommandRefused, given } from './command.ts'

const TITLES: Readonly<Record<CodeListName, string>> = {
  fsli: 'ФСЛИ (1.2.643.5.1.13.13.11.1080)',
  units: 'единицы измерения (1.2.643.5.1.13.13.11.1358)',
}
const OWN: Readonly<Record<CodeListName, readonly { readonly code: string }[]>> = {
  fsli: STANDARD_TESTS,
  units: STANDARD_UNITS,
}

const importList: Command = {
  name: 'codes import',
  summary:
    'загрузить официальный справочник кодов (CSV): по нему сверяются соответствия и документы',
  options: {
    list: { required: true, meaning: 'fsli — ФСЛИ, units — единицы измерения НСИ 1358' },
    version: { required: true, meaning: 'версия справочника, например 3.50' },
    file: { required: true, meaning: 'файл CSV с заголовком, UTF-8; - — стандартный ввод' },
    extent: {
      meaning:
        'whole — справочник целиком: чего в нём нет, того не бывает (по умолчанию); part — выписка из него',
    },
  },
  async run(values, deps) {
    const name = listOf(given(values, 'list'))
    const extent = extentOf(values.extent)
    const entries = readCodeList(name, textOf(deps, given(values, 'file')))
    if (extent === 'whole') assertWhole(name, entries)
    const version = given(values, 'version')
    await deps.store.codeLists.replace({ name, version, extent, entries }, ACTOR)
    const rest =
      extent === 'whole'
        ? ''
        : ' Чего в выписке нет, сверяется с собственной таблицей или вторым сотрудником.'
    deps.say(`Загружено: ${TITLES[name]}, версия ${version}, кодов ${entries.length}.${rest}`)
  },
}

const showLists: Command = {
  name: 'codes list',
  summary: 'какие официальные справочники загружены',
  options: {},
  async run(_values, deps) {
    const loaded = await deps.store.codeLists.loaded()
    for (const { name, version, extent, entries, loadedAt } of loaded)
      deps.print([name, version, extent, String(entries), loadedAt.toISOString()].join('\t'))
    const missing = (Object.keys(TITLES) as CodeListName[]).filter(
      (name) => !loaded.some((list) => list.name === name),
    )
    for (const name of missing)
      deps.say(`Не загружен: ${TITLES[name]}. Незнакомые коды подтверждает второй сотрудник.`)
  },
}

export const codeListCommands: readonly Command[] = [importList, showLists]

function listOf(text: string): CodeListName {
  if (text === 'fsli' || text === 'units') return text
  throw new CommandRefused(['--list: ожидается fsli или units'])
}

function extentOf(text = 'whole'): 'whole' | 'part' {
  if (text === 'whole' || text === 'part') return text
  throw new CommandRefused(['--extent: ожидается whole или part'])
}

/** A file that ended too soon would declare good codes unknown and stop every document. */
function assertWhole(name: CodeListName, entries: readonly { readonly code: string }[]): void {
  const codes = new Set(entries.map(({ code }) => code))
  const missing = OWN[name].filter(({ code }) => !codes.has(code)).map(({ code }) => code)
  if (missing.length === 0) return
  throw new CommandRefused([
    `это не весь справочник: нет известных кодов ${missing.slice(0, 10).join(', ')}`,
    'выписку загрузите с --extent part',
  ])
}

function textOf({ readFile }: CliDeps, path: string): string {
  try {
    return readFile(path)
  } catch {
    throw new CommandRefused([`${path}: файл не читается`])
  }
}
