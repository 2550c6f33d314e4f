import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The time of day that processes of a stack see; a test may not set the machine's. */
export interface Clocks {
  /** For `startStack`. */
  readonly env: Readonly<Record<string, string>>
  /** From now on the process is this far from the true time, also after it was started anew. */
  set(process: 'api' | 'worker', shiftMs: number): Promise<void>
  remove(): Promise<void>
}

export async function makeClocks(): Promise<Clocks> {
  const folder = await mkdtemp(join(tmpdir(), 'gonets-clocks-'))
  const preload = pathToFileURL(join(import.meta.dirname, 'shifted-clock.ts')).href
  return {
    env: { NODE_OPTIONS: `--import ${preload}`, TEST_CLOCKS: folder },
    async set(process, shiftMs) {
      // Renamed into place: a process never reads half a number.
      const fresh = join(folder, `${process}.new`)
      await writeFile(fresh, String(shiftMs))
      await rename(fresh, join(folder, process))
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
