import { constants } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { StartFailure } from './start-failure.ts'

/** Where the stack keeps what. Everything under `root` belongs to one stack. */
export interface DataDir {
  readonly root: string
  readonly bin: string
  readonly logs: string
  /** One JSON file per running child: found again after the supervisor was killed. */
  readonly run: string
  readonly lock: string
  readonly postgres: string
  readonly temporalDb: string
  readonly sandbox: string
  readonly pki: string
  readonly keys: string
  readonly secrets: string
  /** Documents and evidence of the samples, for a person to open. */
  readonly demo: string
}

export function layoutOf(folder: string): DataDir {
  const root = resolve(folder)
  return {
    root,
    bin: join(root, 'bin'),
    logs: join(root, 'logs'),
    run: join(root, 'run'),
    lock: join(root, 'stack.lock'),
    postgres: join(root, 'postgres'),
    temporalDb: join(root, 'temporal.db'),
    sandbox: join(root, 'sandbox'),
    pki: join(root, 'pki'),
    keys: join(root, 'keys.json'),
    secrets: join(root, 'secrets.json'),
    demo: join(root, 'demo'),
  }
}

/** Makes the folders. Errors: StartFailure when the folder cannot be written. */
export async function prepareDataDir(dir: DataDir): Promise<void> {
  // Root's PostgreSQL runs as another user, which has to pass through; keys inside are owner-only files.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700
  try {
    await mkdir(dir.root, { recursive: true, mode })
    await access(dir.root, constants.W_OK | constants.X_OK)
    for (const folder of [dir.logs, dir.run, dir.sandbox, dir.demo]) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
    }
  } catch (cause) {
    throw new StartFailure(
      `В папку ${dir.root} нельзя записать.`,
      'дайте права на запись или задайте другую папку в GONETS_DATA_DIR',
      cause,
    )
  }
}
