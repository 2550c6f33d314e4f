import { relative } from 'node:path'
import type { Addresses } from './bring-up.ts'
import type { SampleProgress } from './demo.ts'
import { DEMO_TEMPLATES } from './demo-data.ts'

/** Table of the samples, with what a person may open next. */
export function summaryText(
  results: readonly SampleProgress[],
  addresses: Addresses,
  cwd: string,
): string {
  const header = ['Образец', 'Исследование', 'Статус', 'Номер в реестре', 'Время']
  const rows = results.map(({ name, state, failure }) => [
    name,
    state ? titleOf(state.analysisCode) : '',
    failure ?? state?.statusText ?? '',
    state?.registryId ?? '',
    state ? durationOf(state.receivedAt, state.updatedAt) : '',
  ])
  const runs = results.flatMap(({ name, state, saved }) => [
    ...(state ? [`  ${name}: ${runAddress(addresses, state.id)}`] : []),
    ...saved.map((path) => `      ${shownPath(cwd, path)}`),
  ])
  return [
    tableText([header, ...rows]),
    '',
    'Ход в Temporal Web UI и сохранённые файлы:',
    ...runs,
  ].join('\n')
}

/** What is where; the key is the demo laboratory's and opens nothing else. */
export function addressesText({ apiUrl, apiKey, webUiUrl, sandboxUrl }: Addresses): string {
  const lines = [
    ['API и его описание', `${apiUrl}/docs`],
    ['Ключ API (демонстрация)', apiKey],
    ['Temporal Web UI', webUiUrl],
    ['Письма (песочница)', `${sandboxUrl}/inbox`],
  ] as const
  const width = Math.max(...lines.map(([what]) => what.length))
  return lines.map(([what, value]) => `  ${what.padEnd(width)}  ${value}`).join('\n')
}

/** Why not every sample is kept; undefined when every one is. */
export function reasonNotRetained(results: readonly SampleProgress[]): string | undefined {
  const left = results.filter(({ state }) => state?.phase !== 'retained')
  if (left.length === 0) return undefined
  return left
    .map(({ name, state, failure }) => {
      const codes = state?.issues.map(({ code }) => code).join(', ')
      const why = failure ?? state?.reasonText ?? (codes || state?.statusText)
      return `${name}: ${why ?? 'не передан'}`
    })
    .join('; ')
}

/** Short where the file lies below us, whole where it does not. */
const shownPath = (cwd: string, path: string) =>
  relative(cwd, path).startsWith('..') ? path : relative(cwd, path)

const runAddress = ({ webUiUrl }: Addresses, id: string) =>
  `${webUiUrl}/namespaces/default/workflows/submission-${id}`

/** `code` is the one the laboratory sent: that of a service, or of a LOINC panel. */
const titleOf = (code: string) =>
  DEMO_TEMPLATES.find(({ analysisCodes }) => analysisCodes.some((known) => known.code === code))
    ?.title ?? code

function durationOf(from: string, to: string): string {
  const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000)
  return `${seconds.toFixed(1).replace('.', ',')} с`
}

const WIDEST_CELL = 44

function tableText(rows: readonly (readonly string[])[]): string {
  const cut = rows.map((row) => row.map(shorten))
  const widths = (cut[0] ?? []).map((_, at) => Math.max(...cut.map((row) => row[at]?.length ?? 0)))
  const lines = cut.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  return [lines[0], rule, ...lines.slice(1)].join('\n')
}

const shorten = (text: string) =>
  text.length > WIDEST_CELL ? `${text.slice(0, WIDEST_CELL - 1)}…` : text
