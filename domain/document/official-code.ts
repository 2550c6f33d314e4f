/** A test of ФСЛИ. */
export interface OfficialTest {
  readonly code: string
  /** Full name first, then the short one. */
  readonly names: readonly string[]
  /** Printed names of the units the test may have; none: the directory names no unit. */
  readonly units: readonly string[]
}

/** A unit of NSI 1358. */
export interface OfficialUnit {
  readonly code: string
  /** Printed name. */
  readonly name: string
  /** Printed, short and full name. */
  readonly names: readonly string[]
  readonly dimension: string
  /** Code of the unit that others of its kind are converted to. */
  readonly base: string
  /** How many base units this one is; null where the directory's text is no number. */
  readonly factor: number | null
}

export type CodeListName = 'fsli' | 'units'

/** The part of the loaded official lists that a question is about. */
export interface CodeListExcerpt {
  /** Of each list that was loaded: the whole of it, where a code that is missing does not exist, or a part. */
  readonly extents: Readonly<Partial<Record<CodeListName, 'whole' | 'part'>>>
  readonly tests: readonly OfficialTest[]
  readonly units: readonly OfficialUnit[]
}
