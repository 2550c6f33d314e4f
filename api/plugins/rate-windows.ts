interface Window {
  count: number
  readonly startedAt: number
}
type Answer = (error: Error | null, state: { current: number; ttl: number }) => void

/** Above this many callers the one counted longest ago is forgotten: addresses are free to make up. */
const MOST_CALLERS = 5000

/**
 * Counts calls for the rate limit, in windows of a clock that never jumps. The plugin's own store goes by the time of
 * day: set back by an hour, it would stretch a minute's allowance over that hour.
 */
export function createRateWindows(elapsed: () => number = () => performance.now()) {
  return class RateWindows {
    readonly #windows = new Map<string, Window>()

    incr(key: string, answer: Answer, windowMs: number): void {
      const window = this.#alive(key, windowMs) ?? { count: 0, startedAt: elapsed() }
      window.count += 1
      this.#windows.delete(key)
      const oldest =
        this.#windows.size >= MOST_CALLERS ? this.#windows.keys().next().value : undefined
      if (oldest !== undefined) this.#windows.delete(oldest)
      this.#windows.set(key, window)
      answer(null, stateOf(window, windowMs))
    }

    /** As `incr`, without counting. */
    read(key: string, answer: Answer, windowMs: number): void {
      const window = this.#alive(key, windowMs)
      answer(null, window ? stateOf(window, windowMs) : { current: 0, ttl: 0 })
    }

    child(): RateWindows {
      return new RateWindows()
    }

    #alive(key: string, windowMs: number): Window | undefined {
      const window = this.#windows.get(key)
      return window && elapsed() - window.startedAt < windowMs ? window : undefined
    }
  }

  function stateOf({ count, startedAt }: Window, windowMs: number) {
    return { current: count, ttl: Math.ceil(windowMs - (elapsed() - startedAt)) }
  }
}
