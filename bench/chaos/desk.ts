import { setTimeout as pause } from 'node:timers/promises'

/**
 * What one laboratory knows at a moment. A result is in one hand at a time: whoever speaks of it, and whoever decides about
 * it, waits for the other.
 */
export interface Desk {
  /** Runs `work` alone with the result; waits for whoever has it. */
  hold<T>(item: number, work: () => Promise<T>): Promise<T>
  /** The same, unless somebody has it: then nothing is done. */
  holdIfFree(item: number, work: () => Promise<void>): Promise<void>
  /** Which word a version of a submission came from. */
  noteWord(submissionId: string, version: number, word: number): void
  wordOf(submissionId: string, version: number): number | undefined
}

export function createDesk(): Desk {
  const held = new Set<number>()
  const words = new Map<string, number>()
  const take = async <T>(item: number, work: () => Promise<T>) => {
    held.add(item)
    try {
      return await work()
    } finally {
      held.delete(item)
    }
  }
  return {
    async hold(item, work) {
      while (held.has(item)) await pause(20)
      return take(item, work)
    },
    async holdIfFree(item, work) {
      if (!held.has(item)) await take(item, work)
    },
    noteWord(id, version, word) {
      const key = `${id}/${version}`
      if (!words.has(key)) words.set(key, word)
    },
    wordOf: (id, version) => words.get(`${id}/${version}`),
  }
}
