import type { Random } from './random.ts'
import {
  isOrdered,
  PANELS,
  type Panel,
  type Step,
  type Story,
  type StoryKind,
  type Style,
  type Word,
} from './story.ts'

/** Share of each kind among the results of a run; the rest is told in a single word, or two. */
export const SHARES: Readonly<Record<StoryKind, number>> = {
  storm: 0.15,
  'wrong-patient': 0.05,
  panels: 0.05,
  contradiction: 0.04,
  will: 0.06,
}

/** Faults of the sandbox that make it contradict itself (sandbox/README.md). */
export const CONTRADICTIONS = [
  'accepted-then-rejected',
  'rejected-then-accepted',
  'accepted-after-withdrawal',
  'same-number',
  'same-message-id',
  'processing-same-id',
] as const

const VALUES: Readonly<Record<Panel, readonly [string, ...string[]]>> = {
  cbc: ['112', '120', '130', '99'],
  biochemistry: ['7.81', '5.20', '6.10', '8.40'],
  'sars-cov-2-pcr': ['не обнаружено', 'обнаружено', 'результат сомнительный'],
}

/** Which results are told in several words, and how. `arrivals`: when the first word of each is due. */
export function makeStories(
  random: Random,
  arrivals: readonly { readonly item: number; readonly atMs: number }[],
): Story[] {
  const waiting = random.shuffle(arrivals)
  return Object.entries(SHARES).flatMap(([kind, share]) =>
    waiting
      .splice(0, Math.max(1, Math.round(arrivals.length * share)))
      .map((arrival, at) => TELLERS[kind as StoryKind](random, arrival, at)),
  )
}

type Teller = (random: Random, arrival: { item: number; atMs: number }, at: number) => Story
const TELLERS: Readonly<Record<StoryKind, Teller>> = {
  storm: tellStorm,
  'wrong-patient': tellWrongPatient,
  panels: tellPanels,
  contradiction: tellContradiction,
  will: tellWill,
}

const consentOf = (random: Random) => random.pick(['register', 'service'])

/** Several corrections of one result; where nothing tells words apart, no value is said twice. */
function tellStorm(random: Random, arrival: { item: number; atMs: number }): Story {
  const style = random.pick(['hl7', 'hl7', 'versioned', 'issued', 'marked', 'bare'])
  const panel = random.pick(['cbc', 'biochemistry'])
  const count = random.between(3, 5)
  const cancelled = style !== 'bare' && random.chance(0.12) ? random.between(1, count - 1) : -1
  const words: Word[] = []
  for (let index = 0; index < count; index += 1) {
    const before = words.at(-1)?.values[panel]
    const value = isOrdered(style) ? another(random, panel, before) : `${100 + index}`
    const status = index === cancelled ? 'cancelled' : statusOf(random, style, index)
    words.push({ values: { [panel]: value }, status, person: 0 })
  }
  const steps = stepsOf(random, style, count)
  return { kind: 'storm', ...arrival, style, consent: consentOf(random), words, steps }
}

/** The laboratory takes one person's result for another's, and corrects that. */
function tellWrongPatient(random: Random, arrival: { item: number; atMs: number }): Story {
  const style = random.pick(['hl7', 'versioned', 'issued', 'marked'])
  const panel = random.pick(['cbc', 'biochemistry'])
  const count = random.between(2, 3)
  const words: Word[] = []
  for (let index = 0; index < count; index += 1) {
    const before = words.at(-1)?.values[panel]
    const value = isOrdered(style) ? another(random, panel, before) : `${100 + index}`
    const status = statusOf(random, style, index)
    words.push({ values: { [panel]: value }, status, person: index === 0 ? 0 : 1 })
  }
  const steps = stepsOf(random, style, count)
  return { kind: 'wrong-patient', ...arrival, style, consent: consentOf(random), words, steps }
}

/** One message of two or three panels; a later one corrects some of them and repeats the others, or leaves them out. */
function tellPanels(random: Random, arrival: { item: number; atMs: number }): Story {
  const panels = random.shuffle(PANELS).slice(0, random.between(2, 3))
  const first = Object.fromEntries(panels.map((panel) => [panel, VALUES[panel][0]]))
  const words: Word[] = [{ values: first, status: 'final', person: 0 }]
  const count = random.between(1, 3)
  for (let index = 1; index < count; index += 1) {
    const corrected = panels.slice(0, random.between(1, panels.length))
    const values = Object.fromEntries(
      corrected.map((panel) => [
        panel,
        another(random, panel, words.findLast((word) => word.values[panel])?.values[panel]),
      ]),
    )
    words.push({ values, status: 'corrected', person: 0 })
  }
  const consent = consentOf(random)
  const steps = stepsOf(random, 'hl7', count)
  return { kind: 'panels', ...arrival, style: 'hl7', consent, words, steps }
}

/** The registry contradicts itself about the document of the second word; often a third one follows. */
function tellContradiction(
  random: Random,
  arrival: { item: number; atMs: number },
  at: number,
): Story {
  const contradiction = CONTRADICTIONS[at % CONTRADICTIONS.length] ?? CONTRADICTIONS[0]
  const style = random.pick(['hl7', 'versioned', 'issued'])
  const needsThird = contradiction === 'accepted-after-withdrawal'
  const count = needsThird || random.chance(0.5) ? 3 : 2
  const words: Word[] = []
  for (let index = 0; index < count; index += 1) {
    const value = another(random, 'cbc', words.at(-1)?.values.cbc)
    words.push({ values: { cbc: value }, status: index ? 'corrected' : 'final', person: 0 })
  }
  const steps: Step[] = [
    { after: 'step', pauseMs: 0, words: [0] },
    { after: 'rest', pauseMs: 0, words: [1], contradiction },
  ]
  if (count > 2) {
    const after = needsThird ? 'out' : random.pick(['step', 'rest', 'out'])
    steps.push({ after, pauseMs: random.between(0, 2_000), words: [2] })
  }
  return { kind: 'contradiction', ...arrival, style, consent: consentOf(random), words, steps }
}

/** The patient says no before anything leaves, or meanwhile; some say yes again, and the laboratory speaks once more. */
function tellWill(random: Random, arrival: { item: number; atMs: number }, at: number): Story {
  const plot = (['before', 'again', 'meanwhile'] as const)[at % 3] ?? 'again'
  const style = random.pick(['hl7', 'issued'])
  const words: Word[] = [{ values: { cbc: '112' }, status: 'final', person: 0 }]
  const steps: Step[] =
    plot === 'meanwhile'
      ? [
          { after: 'step', pauseMs: 0, words: [0] },
          { after: 'step', pauseMs: random.between(0, 3_000), words: [], will: 'no' },
        ]
      : [{ after: 'step', pauseMs: 0, words: [0], will: 'no' }]
  if (plot === 'again') {
    words.push({ values: { cbc: '120' }, status: 'corrected', person: 0 })
    steps.push({ after: 'rest', pauseMs: random.between(0, 2_000), words: [1], will: 'yes' })
  }
  return { kind: 'will', ...arrival, style, consent: consentOf(random), words, steps }
}

/** Any but the one before, so that values go back now and then. */
function another(random: Random, panel: Panel, before: string | undefined): string {
  const [first, ...others] = VALUES[panel].filter((value) => value !== before)
  return random.pick([first ?? '', ...others])
}

function statusOf(random: Random, style: Style, index: number): Word['status'] {
  if (index === 0 || style === 'bare') return 'final'
  if (style === 'marked') return 'corrected'
  // An order that is stated needs no mark.
  return random.chance(0.7) ? 'corrected' : 'final'
}

/** Some words leave together and in any order, some follow at once, some wait for the registry; some are said again. */
function stepsOf(random: Random, style: Style, count: number): Step[] {
  const steps: Step[] = []
  for (let next = 0; next < count; ) {
    const most = isOrdered(style) ? count - next : 1
    const size = random.chance(0.5) ? 1 : random.between(1, most)
    const words = random.shuffle(Array.from({ length: size }, (_, at) => next + at))
    next += size
    if (random.chance(0.4)) words.push(random.between(0, next - 1))
    const after = steps.length > 0 && random.chance(0.45) ? 'rest' : 'step'
    const pauseMs = steps.length === 0 ? 0 : random.between(0, 2_000)
    steps.push({ after, pauseMs, words })
  }
  return steps
}
