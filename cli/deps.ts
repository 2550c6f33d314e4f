import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createFileKeyProvider, createSealer } from '../adapters/keys/index.ts'
import { createPrismaStore } from '../adapters/storage/index.ts'
import type { Config } from '../config/load-config.ts'
import type { CliDeps } from './command.ts'

/** 256 bits: nothing to guess, so a plain hash of it may be stored. */
const newKey = () => `gonets_${randomBytes(32).toString('base64url')}`

/** What the commands work with. Throws AppError `key-unavailable`; connects at the first question. */
export function createCliDeps(config: Config, output: Pick<CliDeps, 'print' | 'say'>): CliDeps {
  const sealer = createSealer(createFileKeyProvider({ path: config.GONETS_KEY_FILE }))
  return {
    ...output,
    store: createPrismaStore({ connectionString: config.DATABASE_URL, poolSize: 1, sealer }),
    // 0 is the standard input: a container sees no file of its host.
    readFile: (path) => readFileSync(path === '-' ? 0 : path, 'utf8'),
    newKey,
  }
}
