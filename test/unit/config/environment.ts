import { ConfigError, loadConfig } from '../../../config/load-config.ts'
import type { ProcessName } from '../../../config/settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Everything the API cannot do without. */
export const API: Environment = {
  DATABASE_URL: 'postgres://gonets:pa55@127.0.0.1/gonets',
  GONETS_KEY_FILE: '/keys.json',
  GONETS_PORTAL_CALLBACK_SECRET: 'callback-secret-0123',
}

/** Problems of an environment; none = it was accepted. */
export function problemsOf(
  env: Environment,
  reader: ProcessName = 'api',
  readFile: (path: string) => string = unreadable,
): readonly string[] {
  try {
    loadConfig(env, reader, readFile)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

export function unreadable(path: string): string {
  throw Object.assign(new Error(`cannot read ${path}`), { code: 'ENOENT' })
}
