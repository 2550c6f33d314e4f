import { claimsOf } from '../../domain/document/template.ts'
import { AppError } from '../../domain/shared/app-error.ts'
import type { Template, TemplateDraft } from './port.ts'
import type { Statements } from './statements.ts'

/** Who saves a template of an organisation waits here for the one before: two must not take one code at the same moment. */
export async function lockTemplates(tx: Statements, organizationId: string): Promise<void> {
  // The weaker lock: submissions that name the organisation go on meanwhile.
  await tx.$executeRaw`SELECT 1 FROM organization WHERE id = ${organizationId} FOR NO KEY UPDATE`
}

/** Throws AppError `template-code-taken` or `template-panel-invalid`. `known`: all templates of the organisation. */
export function assertFits(draft: TemplateDraft, known: readonly Template[]): void {
  const others = known.filter(({ code }) => code !== draft.code)
  assertUnclaimed(draft, others)
  assertPanels(draft, others)
}

function assertUnclaimed(draft: TemplateDraft, others: readonly Template[]): void {
  const panels = draft.panels ?? []
  for (const other of others) {
    const claimed = claimsOf(other)
    const isTaken = (claim: Pick<TemplateDraft, 'serviceCodes' | 'analysisCodes'>) =>
      [...claimsOf(claim)].some((text) => claimed.has(text))
    const fields = [
      ...draft.serviceCodes.flatMap((code, index) =>
        isTaken({ serviceCodes: [code], analysisCodes: [] }) ? [`/serviceCodes/${index}`] : [],
      ),
      ...draft.analysisCodes.flatMap((code, index) =>
        isTaken({ serviceCodes: [], analysisCodes: [code] }) ? [`/analysisCodes/${index}`] : [],
      ),
      ...panels.flatMap((code, index) => (other.panels.includes(code) ? [`/panels/${index}`] : [])),
    ]
    if (fields.length > 0)
      throw new AppError('template-code-taken', 'permanent', {
        details: { template: other.code, fields },
      })
  }
}

/** A panel is another template of the organisation that joins nothing itself; what is a panel cannot begin to join. */
function assertPanels({ code, panels = [] }: TemplateDraft, others: readonly Template[]): void {
  if (panels.length === 0) return
  const usable = new Set(
    others.filter((other) => other.panels.length === 0).map((other) => other.code),
  )
  const isPanel = others.some((other) => other.panels.includes(code))
  const fields = panels.flatMap((panel, index) =>
    isPanel || !usable.has(panel) || panels.indexOf(panel) !== index ? [`/panels/${index}`] : [],
  )
  if (fields.length > 0)
    throw new AppError('template-panel-invalid', 'permanent', { details: { fields } })
}
