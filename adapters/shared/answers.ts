import { setTimeout as pause } from 'node:timers/promises'

/** Shorter than whoever asks for readiness is willing to wait. */
const ANSWER_WITHIN_MS = 2_000

/** Whether a part of the outside answers; one that takes too long does not. Never throws. */
export async function answers(
  part: { ping(): Promise<void> },
  withinMs = ANSWER_WITHIN_MS,
): Promise<boolean> {
  const over = new AbortController()
  const late = pause(withinMs, false, { signal: over.signal }).catch(() => false)
  const answer = part.ping().then(
    () => true,
    () => false,
  )
  const result = await Promise.race([answer, late])
  over.abort()
  return result
}
