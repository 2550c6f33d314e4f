import { describe, expect, it } from 'vitest'
import { KILL_KINDS, makePlan } from '../../../bench/chaos/plan.ts'
import { createRandom } from '../../../bench/chaos/random.ts'
import { STORY_KINDS } from '../../../bench/chaos/story.ts'

const OPTIONS = { n: 200, rate: 4, kills: 7, workers: 2 }

describe('the plan of a chaos run', () => {
  it('is the same for the same seed and another for another', () => {
    const plan = (seed: number) => makePlan(createRandom(seed), OPTIONS)
    expect(plan(1)).toEqual(plan(1))
    expect(plan(1)).not.toEqual(plan(2))
  })

  it('sends every result, some of them again, about as fast as told', () => {
    const { arrivals, stories, lastMs } = makePlan(createRandom(3), { ...OPTIONS, n: 2000 })
    const items = [...arrivals, ...stories].map(({ item }) => item)
    expect(new Set(items).size).toBe(2000)
    expect(arrivals.filter(({ repeat }) => repeat).length).toBeGreaterThan(200)
    expect(lastMs / 1000 / (2000 / 4)).toBeCloseTo(1, 0)
  })

  it('corrects one result in ten after it has come', () => {
    const { arrivals, revisions } = makePlan(createRandom(5), OPTIONS)
    expect(new Set(revisions.map(({ item }) => item)).size).toBe(20)
    for (const { atMs, item } of revisions)
      expect(atMs).toBeGreaterThanOrEqual(arrivals.find((one) => one.item === item)?.atMs ?? 1e9)
  })

  it('kills every kind of process while results arrive', () => {
    const { kills, lastMs } = makePlan(createRandom(4), OPTIONS)
    expect(new Set(kills.map(({ kind }) => kind))).toEqual(new Set(KILL_KINDS))
    expect(kills).toHaveLength(7)
    expect(kills.every(({ atMs }) => atMs <= lastMs)).toBe(true)
  })

  it('tells one result in three in several words', () => {
    const { arrivals, stories } = makePlan(createRandom(6), OPTIONS)
    const plain = new Set(arrivals.map(({ item }) => item))
    expect(stories.some(({ item }) => plain.has(item))).toBe(false)
    const kinds = Map.groupBy(stories, ({ kind }) => kind)
    expect(STORY_KINDS.map((kind) => kinds.get(kind)?.length)).toEqual([30, 10, 10, 8, 12])
  })
})
