/** One analysis type: what a document of it must contain. */
export interface Template {
  readonly code: string
  readonly version: number
  /** Id of this version. */
  readonly versionId: string
  readonly title: string
  /** НМУ service codes bound to the analysis type. The first one goes into the document. */
  readonly serviceCodes: readonly string[]
  /** Codes by which laboratory systems name the analysis. */
  readonly analysisCodes: readonly { readonly codeSystem: string; readonly code: string }[]
  /** JSON pointers into Report that must be present, e.g. `/patient/snils`. */
  readonly requiredFields: readonly string[]
  /** Signatures of persons needed besides the organisation's. */
  readonly personalSignatures: number
  readonly confirmed: boolean
}
export interface Templates {
  list(organizationId: string): Promise<Template[]>
  get(organizationId: string, code: string): Promise<Template | undefined>
  /** All that decides what a report becomes, in one question. `kind` limits the mappings. */
  rules(
    organizationId: string,
    kind?: MappingKind,
  ): Promise<{ readonly templates: Template[]; readonly mappings: CodeMapping[] }>
  /** Makes a new, unconfirmed version when the content differs from the current one. */
  save(
    organizationId: string,
    draft: Omit<Template, 'version' | 'versionId' | 'confirmed'>,
    actor: string,
  ): Promise<Template>
  /** A person confirmed the version, apart from a submission. */
  confirm(organizationId: string, code: string, actor: string): Promise<Template | undefined>
}
export type MappingKind = 'observation' | 'unit' | 'analysis'
/** Laboratory's code → official code: `observation` → ФСЛИ, `unit` → NSI 1358, `analysis` → template code. */
export interface CodeMapping {
  readonly kind: MappingKind
  readonly codeSystem: string
  readonly code: string
  readonly targetCode: string
  readonly targetName: string
}
export interface CodeMappings {
  list(organizationId: string, kind?: MappingKind): Promise<CodeMapping[]>
  put(organizationId: string, mappings: readonly CodeMapping[], actor: string): Promise<void>
  remove(
    organizationId: string,
    key: Pick<CodeMapping, 'kind' | 'codeSystem' | 'code'>,
    actor: string,
  ): Promise<boolean>
}
