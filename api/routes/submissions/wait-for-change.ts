import { pauseUnless } from '../../wait-room.ts'

/** The newest state: as soon as its revision differs from `first`, at the latest after `waitMs` or when the signal says so. */
export async function waitForChange<T extends { readonly revision: number }>(input: {
  first: T
  read: () => Promise<T>
  waitMs: number
  pollMs: number
  signal: AbortSignal
}): Promise<T> {
  const { first, signal } = input
  const until = performance.now() + input.waitMs
  let current = first
  while (current.revision === first.revision && !signal.aborted) {
    const left = until - performance.now()
    if (left <= 0) break
    await pauseUnless(signal, Math.min(input.pollMs, left))
    current = await input.read()
  }
  return current
}
