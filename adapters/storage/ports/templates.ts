import type {
  CodeListExcerpt,
  CodeListName,
  OfficialTest,
  OfficialUnit,
} from '../../../domain/document/official-code.ts'

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
  /** Codes of the templates whose analyses this one joins into one document. */
  readonly panels: readonly string[]
  readonly confirmed: boolean
}
export type TemplateDraft = Omit<Template, 'version' | 'versionId' | 'confirmed' | 'panels'> &
  Partial<Pick<Template, 'panels'>>
export interface Templates {
  list(organizationId: string): Promise<Template[]>
  get(organizationId: string, code: string): Promise<Template | undefined>
  /** Codes of the analyses a consent can be about: of every template that does not join others. */
  analyses(organizationId: string): Promise<string[]>
  /**
   * All that decides what a report becomes, in one question. `kind` limits the mappings. `codes`: as the laboratory wrote
   * them; `lists` holds what the loaded code lists say about them and about what they are mapped to.
   */
  rules(
    organizationId: string,
    kind?: MappingKind,
    codes?: readonly string[],
  ): Promise<{
    readonly templates: Template[]
    readonly mappings: StoredMapping[]
    readonly lists: CodeListExcerpt
  }>
  /**
   * Makes a new, unconfirmed version when the content differs from the current one. Errors: AppError
   * `template-code-taken` (`template`, `fields`) when another template of the organisation claims one of the codes, also
   * at the same moment; `template-panel-invalid` (`fields`).
   */
  save(organizationId: string, draft: TemplateDraft, actor: string): Promise<Template>
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
/** `confirmed`: it could be checked, or a second person has confirmed it. Only then is it used. */
export type StoredMapping = CodeMapping & { readonly confirmed: boolean }
export type MappingKey = Pick<CodeMapping, 'kind' | 'codeSystem' | 'code'>

/** One thing wrong with one entry of a list of mappings. */
export interface MappingRefusal {
  readonly index: number
  readonly code: string
  readonly field: 'code' | 'targetCode' | 'targetName'
  /** Russian. */
  readonly detail: string
}
/** A mapping as it is kept; `reason`, Russian: why a second person has to confirm it. */
export type PutMapping = StoredMapping & { readonly reason?: string }

export interface CodeMappings {
  list(organizationId: string, kind?: MappingKind): Promise<StoredMapping[]>
  /**
   * Checks the mappings against the code lists and keeps all of them, or none when one is provably wrong. What nobody can
   * check is kept unconfirmed. The same content again changes nothing but confirms what can be checked by now.
   */
  put(
    organizationId: string,
    mappings: readonly CodeMapping[],
    actor: string,
  ): Promise<
    | { readonly kind: 'saved'; readonly mappings: PutMapping[] }
    | { readonly kind: 'refused'; readonly refusals: MappingRefusal[] }
  >
  /**
   * A second person confirms what could not be checked, all of it or nothing. `own`: whoever wrote one of them cannot
   * confirm it. `changed`: one leads somewhere else by now. `refused`: one is provably wrong by now.
   */
  confirm(
    organizationId: string,
    mappings: readonly (MappingKey & Pick<CodeMapping, 'targetCode'>)[],
    actor: string,
  ): Promise<
    | { readonly kind: 'confirmed'; readonly mappings: StoredMapping[] }
    | { readonly kind: 'missing' | 'own' | 'changed'; readonly index: number }
    | { readonly kind: 'refused'; readonly refusals: MappingRefusal[] }
  >
  remove(organizationId: string, key: MappingKey, actor: string): Promise<boolean>
}

export interface LoadedCodeList {
  readonly name: CodeListName
  readonly version: string
  readonly extent: 'whole' | 'part'
  readonly entries: number
  readonly loadedAt: Date
}
/** Official code lists (ФСЛИ, NSI 1358) hold for every organisation. */
export interface CodeListStore {
  loaded(): Promise<LoadedCodeList[]>
  /** In place of what was loaded before under this name. */
  replace(
    list: Omit<LoadedCodeList, 'entries' | 'loadedAt'> & {
      readonly entries: readonly (OfficialTest | OfficialUnit)[]
    },
    actor: string,
  ): Promise<void>
}
