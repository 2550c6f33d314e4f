import type { SubmissionCase } from '../adapters/storage/port.ts'
import { analysesOf } from '../domain/consent/covered-analyses.ts'
import { MappingTable } from '../domain/document/mapping.ts'
import { matchTemplate } from '../domain/document/template.ts'
import type { ActivityDeps } from './deps.ts'

/** What the document of the submission covers as it was made, whatever its codes are mapped to by now; undefined where there is none yet. */
export function analysesOfDocument({ document }: SubmissionCase): readonly string[] | undefined {
  return document && analysesOf({ code: document.templateCode })
}

/** What the document would cover that would be made now; the laboratory's own code where no template fits yet. */
export async function analysesOfReport(
  deps: ActivityDeps,
  { organization, report }: SubmissionCase,
): Promise<readonly string[]> {
  const { templates, mappings } = await deps.store.templates.rules(organization.id, 'analysis')
  const template = matchTemplate(report.analysis, templates, new MappingTable(mappings))
  return template ? analysesOf(template) : [report.analysis.code]
}
