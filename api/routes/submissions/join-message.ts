import type { ParsedResult } from '../../../adapters/formats/port.ts'
import { joiningTemplate, templateOf } from '../../../domain/document/analyses.ts'
import { joinPanels } from '../../../domain/document/join-panels.ts'
import { MappingTable } from '../../../domain/document/mapping.ts'
import type { ApiDeps } from '../../deps.ts'
import { ApiProblem } from '../../problem.ts'
import { submissionPath } from './answer.ts'
import type { ReadMessage } from './read-report.ts'

/**
 * Panels that the laboratory wants in one document are one result. The one place between reading and accepting where the
 * results of a message change.
 */
export async function joinMessage(
  deps: Pick<ApiDeps, 'store'>,
  { results, organization }: ReadMessage,
): Promise<readonly ParsedResult[]> {
  if (results.length === 1 && !results.some(isNews)) return results
  const { templates, mappings } = await deps.store.templates.rules(organization.id, 'analysis')
  const table = new MappingTable(mappings)
  const joined = joinPanels(results, templates, table)
  for (const result of joined.filter(isNews)) {
    const panel = templateOf(result.report.analysis, templates, table)
    const joining = panel && joiningTemplate(panel.code, templates)
    if (joining) await assertNotJoined(deps, organization.id, result, joining.analysisCodes)
  }
  return joined
}

/** Something was said of it before, by what it states itself. */
const isNews = ({ report, word }: ParsedResult) =>
  report.status === 'corrected' || report.status === 'cancelled' || (word.version ?? 1) > 1

/** One panel of a joined document cannot be corrected alone: the others would be lost, or its old value would stay. */
async function assertNotJoined(
  { store }: Pick<ApiDeps, 'store'>,
  organizationId: string,
  { report: { source } }: ParsedResult,
  codes: readonly { readonly code: string }[],
): Promise<void> {
  for (const { code } of codes) {
    const { system: sourceSystem, resultId: sourceId } = source
    const filter = { sourceSystem, sourceId, analysis: code, limit: 1 }
    const [whole] = (await store.submissions.list(organizationId, filter)).items
    if (!whole) continue
    const links = { existing: submissionPath(whole.id) }
    throw new ApiProblem('panel-of-joined-document', { extensions: { links } })
  }
}
