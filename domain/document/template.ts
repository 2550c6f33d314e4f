import type { Analysis, Report } from '../report/report.ts'
import type { Issue } from '../shared/issue.ts'
import { mayLackGivenName } from './given-name.ts'
import type { MappingTable } from './mapping.ts'

/** The part of a template that decides whether it fits a report and whether the report is complete. */
export interface TemplateRules {
  readonly code: string
  readonly serviceCodes: readonly string[]
  readonly analysisCodes: readonly { readonly codeSystem: string; readonly code: string }[]
  readonly requiredFields: readonly string[]
}

/** The template of an analysis: by the laboratory's own mapping, by service code, or by a code the template lists. */
export function matchTemplate<T extends TemplateRules>(
  analysis: Analysis,
  templates: readonly T[],
  table: MappingTable,
): T | undefined {
  const mapped = table.analysis(analysis)
  if (mapped !== undefined) return templates.find((template) => template.code === mapped)
  return templates.find(
    (template) =>
      (analysis.serviceCode !== undefined &&
        template.serviceCodes.includes(analysis.serviceCode)) ||
      template.analysisCodes.some(
        (known) =>
          known.code === analysis.code &&
          known.codeSystem.toLowerCase() === analysis.codeSystem.toLowerCase(),
      ),
  )
}

/** No document names a person without these, whatever its template asks for. */
const ALWAYS_REQUIRED = ['/patient/familyName', '/patient/birthDate']
const GIVEN_NAME = '/patient/givenName'

/** Pre-send checklist: fields the template requires, and what no document may lack. Codes are checked by mapObservations. */
export function checkRequired(report: Report, template: TemplateRules): Issue[] {
  const required = new Set([...ALWAYS_REQUIRED, GIVEN_NAME, ...template.requiredFields])
  if (mayLackGivenName(report)) required.delete(GIVEN_NAME)
  const issues = [...required]
    .filter((pointer) => isEmpty(at(report, pointer)))
    .map(
      (pointer): Issue => ({
        code: 'required-field-missing',
        pointer,
        detail: `Не заполнено обязательное поле ${pointer}`,
        severity: 'error',
      }),
    )
  for (const [index, observation] of report.observations.entries()) {
    if (observation.value !== undefined || observation.status === 'cancelled') continue
    issues.push({
      code: 'value-missing',
      pointer: `/observations/${index}/value`,
      detail: `Нет значения показателя ${observation.code}`,
      severity: 'error',
    })
  }
  return issues
}

/** Value at a JSON pointer (RFC 6901). */
function at(report: Report, pointer: string): unknown {
  let value: unknown = report
  for (const token of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string, unknown>)[token.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return value
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  )
}
