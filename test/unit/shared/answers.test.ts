import { expect, it } from 'vitest'
import { answers } from '../../../adapters/shared/answers.ts'

it.each<[boolean, string, () => Promise<void>]>([
  [true, 'answers', () => Promise.resolve()],
  [false, 'refuses', () => Promise.reject(new Error('gone'))],
  [false, 'never answers', () => new Promise(() => {})],
])('%s for a part that %s', async (expected, _, ping) => {
  expect(await answers({ ping }, 5)).toBe(expected)
})
