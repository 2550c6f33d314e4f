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
  /** Codes of the templates whose analyses this one joins into one document. */
  readonly panels?: readonly string[] | undefined
}

export type TemplateMatch<T> =
  | { readonly kind: 'one'; readonly template: T }
  | { readonly kind: 'none' }
  /** Several templates claim the analysis: which one is meant, only a person can say. */
  | { readonly kind: 'ambiguous'; readonly codes: readonly string[] }

/**
 * The template of an analysis: by the laboratory's own mapping, else by service code or a code the template lists. The
 * order in which templates come does not matter.
 */
export function matchTemplate<T extends TemplateRules>(
  analysis: Analysis,
  templates: readonly T[],
  table: MappingTable,
): TemplateMatch<T> {
  const mapped = table.analysis(analysis)
  const fitting = templates.filter((template) =>
    mapped === undefined ? fits(template, analysis) : template.code === mapped,
  )
  const [template, ...others] = fitting
  if (!template) return { kind: 'none' }
  if (others.length === 0) return { kind: 'one', template }
  return { kind: 'ambiguous', codes: fitting.map(({ code }) => code).toSorted() }
}

/** What keeps an analysis from having a template, for a person to mend. */
export function templateIssue(
  { codeSystem, code }: Analysis,
  match: Exclude<TemplateMatch<unknown>, { kind: 'one' }>,
): Issue {
  const [issue, detail] =
    match.kind === 'none'
      ? [
          'analysis-unmapped',
          `нет шаблона: добавьте шаблон или соответствие (POST /v1/code-mappings, kind analysis)`,
        ]
      : [
          'template-ambiguous',
          `подходит несколько шаблонов (${match.codes.join(', ')}): оставьте код в одном из них и повторите`,
        ]
  return {
    code: issue,
    pointer: '/analysis/code',
    detail: `Для исследования ${codeSystem} ${code} ${detail}`,
    severity: 'error',
  }
}

/** What a template claims, one text for each analysis: no two templates of an organisation may share one. */
export function claimsOf({
  serviceCodes,
  analysisCodes,
}: Pick<TemplateRules, 'serviceCodes' | 'analysisCodes'>): Set<string> {
  return new Set([
    ...serviceCodes.map((code) => claim('nmu', code)),
    ...analysisCodes.map(({ codeSystem, code }) => claim(codeSystem, code)),
  ])
}

function fits(template: TemplateRules, { serviceCode, codeSystem, code }: Analysis): boolean {
  return (
    (serviceCode !== undefined && template.serviceCodes.includes(serviceCode)) ||
    template.analysisCodes.some(
      (known) => claim(known.codeSystem, known.code) === claim(codeSystem, code),
    )
  )
}

/** Case of the code system does not matter, case of the code does. */
function claim(codeSystem: string, code: string): string {
  return `${codeSystem.toLowerCase()} ${code}`
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
