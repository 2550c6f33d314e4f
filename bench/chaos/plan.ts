import type { SandboxFault } from '../../test/support/stack.ts'
import { faultsOf } from './fault-kinds.ts'
import type { Random } from './random.ts'
import { makeStories } from './stories.ts'
import type { Story } from './story.ts'

export const KILL_KINDS = ['api', 'worker', 'temporal', 'postgres', 'sandbox'] as const
export type KillKind = (typeof KILL_KINDS)[number]

/** One POST of a result. A repeat is the same bytes again, from whichever system. */
export interface Arrival {
  readonly atMs: number
  readonly item: number
  readonly repeat: boolean
}

export interface Kill {
  readonly atMs: number
  readonly kind: KillKind
  /** Which worker, when there are several. */
  readonly worker: number
}

export interface FaultWindow {
  readonly atMs: number
  /** Switched off after this long; unset = spent by its `times`. */
  readonly forMs?: number
  readonly fault: SandboxFault
}

/** A system corrects a result that the registry has taken already: at this moment, or as soon as it has. */
export interface Revision {
  readonly atMs: number
  readonly item: number
}

/** Everything that will happen, by the milliseconds since the first result. */
export interface Plan {
  /** Of results that are told in one word, or in a second one after registration. */
  readonly arrivals: readonly Arrival[]
  /** Results that are told in several words, or about which the registry or the patient has more to say. */
  readonly stories: readonly Story[]
  /** When the last result begins. */
  readonly lastMs: number
  readonly revisions: readonly Revision[]
  readonly kills: readonly Kill[]
  readonly faults: readonly FaultWindow[]
}

export interface PlanOptions {
  /** Different results. */
  readonly n: number
  /** Results a second, on average. */
  readonly rate: number
  readonly kills: number
  readonly workers: number
}

const REPEATED = 0.2
const BURST = 0.03
const REVISED = 0.1

export function makePlan(random: Random, options: PlanOptions): Plan {
  const all = arrivalsOf(random, options)
  const lastMs = all.at(-1)?.atMs ?? 0
  const kinds = Array.from({ length: Math.ceil(options.kills / KILL_KINDS.length) }, () =>
    random.shuffle(KILL_KINDS),
  ).flat()
  const kills = spread(random, kinds.slice(0, options.kills), lastMs).map(({ atMs, item }) => ({
    atMs,
    kind: item,
    worker: random.between(1, options.workers),
  }))
  const faults = spread(random, faultsOf(random, options.n), lastMs).map(({ atMs, item }) => ({
    atMs,
    ...item,
  }))
  const stories = makeStories(
    random,
    all.filter(({ repeat }) => !repeat).map(({ item, atMs }) => ({ item, atMs })),
  )
  const told = new Set(stories.map(({ item }) => item))
  const arrivals = all.filter(({ item }) => !told.has(item))
  const revisions = revisionsOf(random, options, arrivals, lastMs)
  return { arrivals, stories, lastMs, revisions, kills, faults }
}

/** Single results at uneven distances, now and then a dozen at one moment, and one in five once more. */
function arrivalsOf(random: Random, { n, rate }: PlanOptions): Arrival[] {
  const meanGapMs = 1000 / rate
  const arrivals: Arrival[] = []
  let atMs = 0
  let burst = 0
  for (let item = 0; item < n; item += 1) {
    if (burst > 0) burst -= 1
    else if (random.chance(BURST)) burst = random.between(5, 15)
    // The pause before a burst makes up for the results that come together in it.
    if (burst === 0 || item === 0) atMs += -Math.log(1 - random.next()) * meanGapMs * 1.3
    arrivals.push({ atMs, item, repeat: false })
    if (!random.chance(REPEATED)) continue
    const laterMs = random.chance(0.5) ? 0 : random.between(1, 5_000)
    arrivals.push({ atMs: atMs + laterMs, item, repeat: true })
  }
  return arrivals.sort((a, b) => a.atMs - b.atMs)
}

/** One result in ten, at least one, between its own arrival and the last one. */
function revisionsOf(
  random: Random,
  { n }: PlanOptions,
  arrivals: readonly Arrival[],
  lastMs: number,
): Revision[] {
  const firsts = random.shuffle(arrivals.filter(({ repeat }) => !repeat))
  return firsts
    .slice(0, Math.max(1, Math.round(n * REVISED)))
    .map(({ atMs, item }) => ({ atMs: atMs + random.next() * (lastMs - atMs), item }))
}

/** One in each of equal parts of the time, anywhere inside it. */
function spread<T>(
  random: Random,
  items: readonly T[],
  lastMs: number,
): { atMs: number; item: T }[] {
  const part = lastMs / items.length
  return items.map((item, at) => ({ atMs: (at + random.next()) * part, item }))
}
