import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import process from 'node:process'
import { identityOf, isRunning, type ProcessIdentity } from './process-identity.ts'
import { StartFailure } from './start-failure.ts'

/** Holds the data folder for this process until released. */
export interface Lock {
  release(): Promise<void>
}

/**
 * One stack per data folder. A lock left by a process that is gone is taken over.
 * Errors: StartFailure naming the running copy.
 */
export async function acquireLock(file: string): Promise<Lock> {
  const own = JSON.stringify(await identityOf(process.pid))
  const temporary = `${file}.${randomUUID()}`
  await writeFile(temporary, own, { mode: 0o600 })
  try {
    while (!(await placed(temporary, file))) {
      const text = await readFile(file, 'utf8').catch(() => undefined)
      if (text === undefined) continue
      const holder = parse(text)
      if (holder && (await isRunning(holder))) throw refused(holder.pid)
      await removeStale(file, text)
    }
  } finally {
    await rm(temporary, { force: true })
  }
  return {
    release: async () => {
      const text = await readFile(file, 'utf8').catch(() => undefined)
      if (text === own) await rm(file, { force: true })
    },
  }
}

/** link() fails when the name exists, so of two processes exactly one wins, and the file is never half written. */
async function placed(temporary: string, file: string): Promise<boolean> {
  try {
    await link(temporary, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Moved aside and looked at again: between our reading and removing it somebody else may have taken it over. */
async function removeStale(file: string, seen: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`
  const moved = await rename(file, aside).then(
    () => true,
    () => false,
  )
  if (!moved) return
  if ((await readFile(aside, 'utf8')) !== seen) await placed(aside, file)
  await rm(aside, { force: true })
}

function parse(text: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const { pid, started } = value as Partial<ProcessIdentity>
    return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : undefined
  } catch {
    return undefined
  }
}

function refused(pid: number): StartFailure {
  return new StartFailure(
    `Gonets уже запущен в этой папке (процесс ${pid}).`,
    'остановите его (Ctrl-C в его окне) или задайте другую папку в GONETS_DATA_DIR и другие порты',
  )
}
