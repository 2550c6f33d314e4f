import type { WordFacts } from '../intake/word.ts'
import type { Analysis, Observation, Report } from '../report/report.ts'
import { joiningTemplate, templateOf } from './analyses.ts'
import type { MappingTable } from './mapping-table.ts'
import type { TemplateRules } from './template.ts'

/** One result of a message, with what it states about itself. */
interface Stated {
  readonly report: Report
  readonly word: WordFacts
}

interface Panel<R, T> {
  readonly result: R
  readonly template: T
  readonly joining: T
}

/**
 * Joins results of one message, where a template makes one document of their analyses; the others stay as they are and
 * where they are. Joined is what belongs to one patient and one source and is there once: two results of the same panel
 * are joined with what has their number. A panel that is alone in its message stays by itself: what was not said is not
 * known.
 */
export function joinPanels<R extends Stated, T extends TemplateRules & { readonly title: string }>(
  results: readonly R[],
  templates: readonly T[],
  table: MappingTable,
): R[] {
  const groups = results.map((result) => panelOf(result, templates, table))
  const together = Map.groupBy(
    groups.filter((panel) => panel !== undefined),
    ({ joining, result }) => keyOf(joining, result.report),
  )
  const joined = new Map<R, R | undefined>()
  for (const panels of [...together.values()].flatMap(withoutRepeats)) {
    const [first, ...others] = inOrder(panels)
    if (!first || others.length === 0) continue
    const members = [first, ...others]
    for (const { result } of members) joined.set(result, undefined)
    const place = results.find((result) => members.some((member) => member.result === result))
    if (place) joined.set(place, { ...first.result, ...join(members) })
  }
  return results.flatMap((result) => {
    const whole = joined.has(result) ? joined.get(result) : result
    return whole === undefined ? [] : [whole]
  })
}

function panelOf<R extends Stated, T extends TemplateRules>(
  result: R,
  templates: readonly T[],
  table: MappingTable,
): Panel<R, T> | undefined {
  const template = templateOf(result.report.analysis, templates, table)
  const joining = template && joiningTemplate(template.code, templates)
  return template && joining && { result, template, joining }
}

/** One document is about one patient and comes from one system. */
function keyOf({ code }: TemplateRules, { patient, source }: Report): string {
  return JSON.stringify([code, source.system, sorted(patient)])
}

const sorted = (value: object) => Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))

function withoutRepeats<R extends Stated, T extends TemplateRules>(
  panels: readonly Panel<R, T>[],
): Panel<R, T>[][] {
  if (!hasRepeats(panels)) return [[...panels]]
  const byNumber = Map.groupBy(panels, ({ result }) => result.report.source.resultId)
  return [...byNumber.values()].filter((group) => !hasRepeats(group))
}

function hasRepeats(panels: readonly { readonly template: TemplateRules }[]): boolean {
  return new Set(panels.map(({ template }) => template.code)).size < panels.length
}

/** By the template, not by the message: the same panels make the same document in whatever order they come. */
function inOrder<R, T extends TemplateRules>(panels: readonly Panel<R, T>[]): Panel<R, T>[] {
  const place = ({ template, joining }: Panel<R, T>) => joining.panels?.indexOf(template.code) ?? 0
  return panels.toSorted((a, b) => place(a) - place(b))
}

function join<R extends Stated, T extends TemplateRules & { readonly title: string }>(
  panels: readonly Panel<R, T>[],
): Stated {
  const words = panels.map(({ result }) => result.word)
  const reports = panels.map(({ result }) => result.report)
  const version = common(words.map((word) => word.version))
  // What the laboratory takes back is in no document; what is left has changed by it.
  const kept = reports.filter(({ status }) => status !== 'cancelled')
  const told = kept.length > 0 ? kept : reports
  const [first] = reports as [Report, ...Report[]]
  const [panel] = panels as [Panel<R, T>, ...Panel<R, T>[]]
  return {
    word: {
      version,
      messageId: common(words.map(({ messageId }) => messageId)),
      issuedAt: latest(words.map(({ issuedAt }) => issuedAt)),
      sentAt: latest(words.map(({ sentAt }) => sentAt)),
    },
    report: {
      ...first,
      source: { ...first.source, version: common(reports.map(({ source }) => source.version)) },
      status: statusOf(reports),
      order: first.order ?? reports.find(({ order }) => order)?.order,
      performer: common(told.map(({ performer }) => performer)),
      responsibleDoctor: reports.find((report) => report.responsibleDoctor)?.responsibleDoctor,
      specimen: common(told.map(({ specimen }) => specimen)),
      analysis: analysisOf(panel.joining),
      observations: told.flatMap(observationsOf),
      performedAt: latest(told.map(({ performedAt }) => performedAt)) ?? first.performedAt,
      // What the message says of all its results stands in each of them.
      notes: [...new Set(told.flatMap(({ notes }) => notes)), ...differing(told)],
    },
  }
}

function statusOf(reports: readonly Report[]): Report['status'] {
  const statuses = new Set(reports.map(({ status }) => status))
  if (statuses.size === 1) return [...statuses][0] ?? 'preliminary'
  if (statuses.has('preliminary')) return 'preliminary'
  return 'corrected'
}

/** How the template itself is found again. */
function analysisOf(template: TemplateRules & { readonly title: string }): Analysis {
  const { title: name, serviceCodes, analysisCodes } = template
  const [serviceCode] = serviceCodes
  const [named] = analysisCodes
  const { codeSystem, code } = named ?? { codeSystem: 'nmu', code: serviceCode ?? template.code }
  return { code, codeSystem, name, ...(serviceCode !== undefined && { serviceCode }) }
}

function observationsOf({ analysis, observations, performedAt }: Report): Observation[] {
  const { serviceCode: _, ...panel } = analysis
  return observations.map((observation) => ({ performedAt, ...observation, panel }))
}

/** What stands once in a report and differs between its panels becomes a note to each. */
function differing(reports: readonly Report[]): string[] {
  const specimens = reports.map(({ specimen }) => specimen?.type?.name)
  const people = reports.map(({ performer }) => performer && fullName(performer))
  return [...notesOf('Биоматериал', reports, specimens), ...notesOf('Исполнитель', reports, people)]
}

function notesOf(
  what: string,
  reports: readonly Report[],
  texts: readonly (string | undefined)[],
): string[] {
  if (new Set(texts).size === 1) return []
  return texts.flatMap((text, at) =>
    text === undefined ? [] : [`${what} (${reports[at]?.analysis.name ?? ''}): ${text}`],
  )
}

function fullName(person: NonNullable<Report['performer']>): string {
  const { familyName, givenName, patronymic, position } = person
  const name = [familyName, givenName, patronymic].filter((part) => part !== undefined).join(' ')
  return position === undefined ? name : `${name}, ${position}`
}

function common<V>(values: readonly V[]): V | undefined {
  return new Set(values.map((value) => JSON.stringify(value))).size === 1 ? values[0] : undefined
}

function latest(times: readonly (string | undefined)[]): string | undefined {
  return times
    .filter((time) => time !== undefined)
    .toSorted((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1)
}
