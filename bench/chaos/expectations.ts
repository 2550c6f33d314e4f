import { snilsOf } from './people.ts'
import type { Plan } from './plan.ts'
import { PLAIN_VALUES, panelOf } from './results.ts'
import { lastWill, lastWord, PANEL_OF_ANALYSIS, type Panel, panelsOf, type Story } from './story.ts'

/** What the registry has to hold of one result in the end. */
export interface Expectation {
  /** For people. */
  readonly name: string
  readonly resultId: string
  readonly analysisCode: string
  /** The laboratory's last word; undefined: it has taken the result back, or the patient never agreed. */
  readonly last: { readonly value: string; readonly snils: string } | undefined
  /** The patient said no while it was on its way: nothing is right too. */
  readonly optional: boolean
}

/** The last word of each result of a run. `revised`: results whose correction after registration was sent. */
export function expectationsOf(
  run: string,
  plan: Pick<Plan, 'arrivals' | 'stories'>,
  revised: ReadonlySet<number>,
): Expectation[] {
  const plain = new Set(plan.arrivals.map(({ item }) => item))
  return [
    ...[...plain].map((item) => plainExpectation(run, item, revised.has(item))),
    ...plan.stories.flatMap((story) =>
      panelsOf(story).map((panel) => storyExpectation(run, story, panel)),
    ),
  ]
}

function plainExpectation(run: string, item: number, isRevised: boolean): Expectation {
  const panel = panelOf(item)
  return {
    name: `result ${item}`,
    resultId: `${run}-${item}`,
    analysisCode: analysisOf(panel),
    last: { value: PLAIN_VALUES[panel][isRevised ? 1 : 0], snils: snilsOf(item) },
    optional: false,
  }
}

function storyExpectation(run: string, story: Story, panel: Panel): Expectation {
  const word = lastWord(story, panel)
  const value = word?.values[panel] ?? ''
  // Who has said no before anything left has nothing at the registry.
  const refused = lastWill(story) === 'no' && story.steps[0]?.will === 'no'
  return {
    name: `result ${story.item} (${story.kind}, ${story.style}, ${panel})`,
    resultId: `${run}-${story.item}`,
    analysisCode: analysisOf(panel),
    last: word && !refused ? { value, snils: snilsOf(story.item, word.person) } : undefined,
    optional: lastWill(story) === 'no',
  }
}

const CODES = new Map(Object.entries(PANEL_OF_ANALYSIS).map(([code, panel]) => [panel, code]))
const analysisOf = (panel: Panel) => CODES.get(panel) ?? ''
