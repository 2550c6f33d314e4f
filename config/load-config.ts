import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { type ProcessName, SETTINGS, type Setting, type SettingName } from './settings.ts'

type Value<K extends SettingName> = z.output<(typeof SETTINGS)[K]['schema']>
/** Values by setting name; settings that a process does not read are absent. */
export type Config = {
  readonly [K in SettingName]: (typeof SETTINGS)[K] extends { optional: true }
    ? Value<K> | undefined
    : Value<K>
}

/** All problems of a configuration at once, each naming its setting. */
export class ConfigError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`Конфигурация неверна:\n${problems.map((problem) => `  • ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/**
 * Reads the settings of one process from an environment record. Pure save for the files named by `<SECRET>_FILE`.
 * Empty string = unset; unknown GONETS_* names are errors. Throws ConfigError with every problem found.
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  reader: ProcessName,
  readFile = (path: string) => readFileSync(path, 'utf8'),
): Config {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(SETTINGS) as [string, Setting<unknown>][]) {
    if (!setting.readBy.includes(reader)) continue
    const raw = rawValue(name, setting, env, readFile, problems)
    if (raw === undefined) {
      if (!setting.optional && !problems.some((problem) => problem.startsWith(`${name}_FILE`)))
        problems.push(`${name}: не задано (${setting.meaning})`)
      continue
    }
    const parsed = setting.schema.safeParse(raw)
    if (parsed.success) values[name] = parsed.data
    else problems.push(`${name}: ${parsed.error.issues.map((issue) => issue.message).join('; ')}`)
  }
  for (const name of Object.keys(env)) {
    if (name.startsWith('GONETS_') && env[name] && !isKnown(name))
      problems.push(`${name}: неизвестная настройка`)
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return values as Config
}

function rawValue(
  name: string,
  setting: Setting<unknown>,
  env: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
  problems: string[],
): string | undefined {
  if (env[name]) return env[name]
  const file = setting.secret ? env[`${name}_FILE`] : undefined
  if (!file) return setting.default
  try {
    const content = readFile(file).trim()
    if (content !== '') return content
    problems.push(`${name}_FILE: файл пуст`)
  } catch (cause) {
    problems.push(
      `${name}_FILE: файл не читается (${(cause as NodeJS.ErrnoException).code ?? 'ошибка'})`,
    )
  }
  return undefined
}

function isKnown(name: string): boolean {
  if (name in SETTINGS) return true
  const base = name.replace(/_FILE$/, '')
  return (
    name.endsWith('_FILE') &&
    base in SETTINGS &&
    (SETTINGS[base as SettingName] as Setting<unknown>).secret === true
  )
}

/** The configuration as it may be logged: secrets replaced. */
export function redact(config: Config): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      (SETTINGS[name as SettingName] as Setting<unknown>).secret ? '[скрыто]' : value,
    ]),
  )
}
