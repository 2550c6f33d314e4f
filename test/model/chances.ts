import type { Mood } from './registry-model.ts'

/** What chance decides besides the order of steps; each list is read round and round. */
export interface Chances {
  readonly moods: readonly Mood[]
  readonly accepted: readonly boolean[]
  /** A worker dies before its step, after it has committed, or lives. */
  readonly kills: readonly ('before' | 'after' | 'lives')[]
  /** How many steps run side by side. */
  readonly bursts: readonly number[]
  /** Whether the registry's answer is posted, or has to be asked for. */
  readonly posted: readonly boolean[]
  /** Whether what Temporal has to be told of a submission is told now, or later. */
  readonly delivered: readonly boolean[]
  /** Whether the laboratory speaks on only when everything has come to rest. */
  readonly pauses: readonly boolean[]
  /** Whether the registry accepts after all what it has rejected. */
  readonly recants: readonly ('never' | 'soon' | 'late')[]
  /** Whether the registry gives back a document that it has decided about, when a newer one merely follows. */
  readonly givesBack: boolean
}

export type Recanting = Chances['recants'][number]
type Listed = Exclude<keyof Chances, 'givesBack'>

/** Reads each list from its beginning. */
export function reader(chances: Chances) {
  const at = new Map<string, number>()
  return <Name extends Listed>(name: Name): Chances[Name][number] => {
    const list = chances[name] as readonly Chances[Name][number][]
    const index = at.get(name) ?? 0
    at.set(name, index + 1)
    // After the list everything goes well, so that each world comes to rest.
    return index < list.length
      ? (list[index] as Chances[Name][number])
      : (WELL[name] as Chances[Name][number])
  }
}
const WELL = {
  moods: 'takes',
  accepted: true,
  kills: 'lives',
  bursts: 1,
  posted: true,
  recants: 'never',
  delivered: true,
  pauses: false,
} as const
