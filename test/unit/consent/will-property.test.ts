import fc from 'fast-check'
import { expect, it } from 'vitest'
import { anyStory, type Event } from './will-model.ts'
import { WillWorld } from './will-world.ts'

const RUNS = 10_000

async function tell(story: { hasService: boolean; events: readonly Event[] }): Promise<boolean[]> {
  const world = new WillWorld(story.hasService)
  for (const event of story.events) await world.happens(event)
  return world.sent
}

it('nothing leaves while the newest known will about any of its analyses is not yes', async () => {
  // On failure fast-check prints the seed and the shortest story that it found.
  await fc.assert(
    fc.asyncProperty(anyStory, async (story) => {
      await tell(story)
    }),
    { numRuns: RUNS },
  )
}, 120_000)

it('is tried by stories in which much leaves and much does not', async () => {
  const stories = fc.sample(anyStory, { numRuns: 500, seed: 7 })
  const sends = (await Promise.all(stories.map(tell))).flat()
  const left = sends.filter(Boolean).length / sends.length
  expect(sends.length).toBeGreaterThan(1_000)
  expect(left).toBeGreaterThan(0.1)
  expect(left).toBeLessThan(0.9)
})
