/** Delays that end with the sandbox: nothing fires after `clear`, and nothing keeps the process alive. */
export interface Timers {
  after(ms: number, action: () => void): void
  /** Never settles once the timers are cleared: whoever waits is being closed. */
  sleep(ms: number): Promise<void>
  clear(): void
}

export function createTimers(): Timers {
  const pending = new Set<NodeJS.Timeout>()
  let closed = false
  const after = (ms: number, action: () => void) => {
    if (closed) return
    const timer = setTimeout(() => {
      pending.delete(timer)
      action()
    }, ms)
    pending.add(timer)
  }
  return {
    after,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    clear() {
      closed = true
      for (const timer of pending) clearTimeout(timer)
      pending.clear()
    },
  }
}
