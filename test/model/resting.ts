/** Lets somebody wait until the world has come to rest. */
export function resting() {
  let waiting: (() => void)[] = []
  return {
    next: () => new Promise<void>((resolve) => waiting.push(resolve)),
    /** True when somebody had waited for it. */
    come(): boolean {
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
      return woken.length > 0
    },
  }
}
