/** A panel is one analysis of a message, by the name of its sample. */
export const PANELS = ['cbc', 'biochemistry', 'sars-cov-2-pcr'] as const
export type Panel = (typeof PANELS)[number]

/**
 * How a laboratory system states the order of what it says.
 * - `hl7`: MSH-7, no version.
 * - `versioned`: JSON with `source.version`.
 * - `issued`: JSON with `issuedAt`.
 * - `marked`: JSON that says "corrected" and nothing else.
 * - `bare`: JSON that says nothing: a person is asked.
 */
export const STYLES = ['hl7', 'versioned', 'issued', 'marked', 'bare'] as const
export type Style = (typeof STYLES)[number]
/** What states an order may arrive in any, and all at once. */
export const isOrdered = (style: Style) => style !== 'marked' && style !== 'bare'

/** One statement of the laboratory about a result. Words are numbered in the order in which they are said. */
export interface Word {
  /** By panel; what is not named the message says nothing about. */
  readonly values: Readonly<Partial<Record<Panel, string>>>
  readonly status: 'final' | 'corrected' | 'cancelled'
  /** Whose result it is said to be: the first or the second patient of the story. */
  readonly person: 0 | 1
}

/** What happens next in a story. The words of a step leave at one moment; each once more when it is there twice. */
export interface Step {
  /** `rest`: once the product has nothing more to do with what was said. `out`: once the registry has it, unanswered. */
  readonly after: 'step' | 'out' | 'rest'
  readonly pauseMs: number
  readonly words: readonly number[]
  /** The patient's will, expressed before the words leave. */
  readonly will?: 'yes' | 'no'
  /** Contradiction that strikes the next document of the result at the registry. */
  readonly contradiction?: string
}

export const STORY_KINDS = ['storm', 'wrong-patient', 'panels', 'contradiction', 'will'] as const
export type StoryKind = (typeof STORY_KINDS)[number]

/** Everything that will be said of one result. */
export interface Story {
  readonly kind: StoryKind
  readonly item: number
  readonly atMs: number
  readonly style: Style
  /** Whether the patient's consent stands in the register or is known to the service alone. */
  readonly consent: 'register' | 'service'
  readonly words: readonly Word[]
  readonly steps: readonly Step[]
}

/** The last word about one panel: what the registry must hold in the end. */
export function lastWord(story: Story, panel: Panel): Word | undefined {
  const last = story.words.findLast(({ values }) => values[panel] !== undefined)
  return last?.status === 'cancelled' ? undefined : last
}

export const panelsOf = ({ words }: Pick<Story, 'words'>): Panel[] =>
  PANELS.filter((panel) => words.some(({ values }) => values[panel] !== undefined))

/** The last will that the story expresses; everybody has said yes to begin with. */
export const lastWill = ({ steps }: Story) =>
  steps.findLast(({ will }) => will !== undefined)?.will ?? 'yes'

/** Panels by the code of their analysis. */
export const PANEL_OF_ANALYSIS: Readonly<Record<string, Panel>> = {
  'B03.016.003': 'cbc',
  'B03.016.004': 'biochemistry',
  'A26.08.027.001': 'sars-cov-2-pcr',
}
