import type { Analysis, Coding, Report } from '../report/report.ts'
import type { MappingTable } from './mapping-table.ts'
import { matchTemplate, type TemplateRules } from './template.ts'

/**
 * Codes of the templates whose analyses a document of this template covers: its own, or those of its panels. The patient
 * has to have consented to every one of them. `present`: the panels that are in the document; all of them unless given.
 */
export function coveredAnalyses(
  { code, panels = [] }: Pick<TemplateRules, 'code' | 'panels'>,
  present: readonly string[] = panels,
): string[] {
  if (panels.length === 0) return [code]
  const covered = panels.filter((panel) => present.includes(panel))
  // A document that does not say what is in it may contain everything.
  return covered.length > 0 ? covered : [...panels]
}

/** Panels of the template that the report contains, in the template's order. */
export function presentPanels<T extends TemplateRules>(
  { panels = [] }: TemplateRules,
  report: Report,
  templates: readonly T[],
  table: MappingTable,
): T[] {
  const found = panelsOf(report).map((panel) => templateOf(panel, templates, table)?.code)
  return panels
    .filter((code) => found.includes(code))
    .flatMap((code) => templates.filter((template) => template.code === code))
}

/** The title of a document; one that joins panels names those that are in it. */
export function documentTitle<T extends TemplateRules & { readonly title: string }>(
  template: T,
  report: Report,
  templates: readonly T[],
  table: MappingTable,
): string {
  const present = presentPanels(template, report, templates, table)
  if (present.length === 0) return template.title
  return `${template.title}: ${present.map(({ title }) => title).join('; ')}`
}

/** The template that joins a panel with others, if exactly one does. */
export function joiningTemplate<T extends TemplateRules>(
  panel: string,
  templates: readonly T[],
): T | undefined {
  const joining = templates.filter(({ panels = [] }) => panels.includes(panel))
  return joining.length === 1 ? joining[0] : undefined
}

/** The template of an analysis, if exactly one fits. */
export function templateOf<T extends TemplateRules>(
  analysis: Analysis,
  templates: readonly T[],
  table: MappingTable,
): T | undefined {
  const match = matchTemplate(analysis, templates, table)
  return match.kind === 'one' ? match.template : undefined
}

function panelsOf({ observations }: Report): Coding[] {
  return observations.flatMap(({ panel }) => (panel ? [panel] : []))
}
