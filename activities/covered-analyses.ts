import type { SubmissionCase } from '../adapters/storage/port.ts'
import { coveredAnalyses, presentPanels } from '../domain/document/analyses.ts'
import { MappingTable } from '../domain/document/mapping.ts'
import { matchTemplate, type TemplateRules } from '../domain/document/template.ts'
import type { Report } from '../domain/report/report.ts'
import type { ActivityDeps } from './deps.ts'

/** What the document of the submission covers as it was made, whatever its codes are mapped to by now; undefined where there is none yet. */
export function analysesOfDocument({ document }: SubmissionCase): readonly string[] | undefined {
  if (!document) return undefined
  // Documents of before this was kept covered what their template is called.
  return document.analyses.length > 0 ? document.analyses : [document.templateCode]
}

/** What a document covers that is made of the report by this template. */
export function analysesOf<T extends TemplateRules>(
  template: T,
  report: Report,
  templates: readonly T[],
  table: MappingTable,
): string[] {
  const present = presentPanels(template, report, templates, table)
  return coveredAnalyses(
    template,
    present.map(({ code }) => code),
  )
}

/** What the document would cover that would be made now; the laboratory's own code where no template fits yet. */
export async function analysesOfReport(
  deps: ActivityDeps,
  { organization, report }: SubmissionCase,
): Promise<readonly string[]> {
  const { templates, mappings } = await deps.store.templates.rules(organization.id, 'analysis')
  const table = new MappingTable(mappings)
  const match = matchTemplate(report.analysis, templates, table)
  return match.kind === 'one'
    ? analysesOf(match.template, report, templates, table)
    : [report.analysis.code]
}
