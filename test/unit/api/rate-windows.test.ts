import { expect, it } from 'vitest'
import { createRateWindows } from '../../../api/plugins/rate-windows.ts'

const WINDOW_MS = 60_000

function windows() {
  const clock = { ms: 0 }
  const Windows = createRateWindows(() => clock.ms)
  const store = new Windows()
  const seen: { current: number; ttl: number }[] = []
  const note = (_error: Error | null, state: { current: number; ttl: number }) => seen.push(state)
  return {
    clock,
    store,
    call: (key: string) => store.incr(key, note, WINDOW_MS) ?? seen.at(-1),
    look: (key: string) => store.read(key, note, WINDOW_MS) ?? seen.at(-1),
  }
}

it('counts each caller apart, and begins anew when the window is over', () => {
  const { clock, call, look } = windows()
  call('a')
  clock.ms = 20_000
  expect(call('a')).toEqual({ current: 2, ttl: 40_000 })
  expect(call('b')).toEqual({ current: 1, ttl: 60_000 })
  expect(look('a'), 'looking does not count').toEqual({ current: 2, ttl: 40_000 })
  clock.ms = 60_000
  expect(look('a')).toEqual({ current: 0, ttl: 0 })
  expect(call('a')).toEqual({ current: 1, ttl: 60_000 })
})

it('forgets the caller counted longest ago when there are too many', () => {
  const { call, look } = windows()
  call('first')
  for (let other = 0; other < 5_000; other += 1) call(`other-${other}`)
  expect(look('first')).toEqual({ current: 0, ttl: 0 })
  expect(look('other-4999')).toMatchObject({ current: 1 })
})
