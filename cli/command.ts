import type { Store } from '../adapters/storage/port.ts'

export interface CliDeps {
  readonly store: Pick<
    Store,
    'organizations' | 'apiKeys' | 'templates' | 'codeMappings' | 'codeLists' | 'audit' | 'close'
  >
  /** A line of the result, to stdout: what a script would read. */
  readonly print: (line: string) => void
  /** A line for the person, to stderr. */
  readonly say: (line: string) => void
  /** Text of a file the command names; `-` is the standard input. */
  readonly readFile: (path: string) => string
  /** A new API key in clear text. */
  readonly newKey: () => string
}

export interface Option {
  readonly required?: true
  /** Russian: stands in the help. */
  readonly meaning: string
}
export type Values = Readonly<Record<string, string | undefined>>

export interface Command {
  /** As typed, e.g. `key create`. */
  readonly name: string
  /** Russian, one line. */
  readonly summary: string
  /** By name as typed, without the dashes. Every option takes a value. */
  readonly options: Readonly<Record<string, Option>>
  /** Throws CommandRefused when what was asked for cannot be done. */
  run(values: Values, deps: CliDeps): Promise<void>
}

/** Who stands in the audit log for what is done here. */
export const ACTOR = 'cli'

/** What was asked for cannot be done; the Russian reasons are for the person at the terminal. */
export class CommandRefused extends Error {
  readonly reasons: readonly string[]
  constructor(reasons: readonly string[]) {
    super(reasons.join('\n'))
    this.name = 'CommandRefused'
    this.reasons = reasons
  }
}

/** Called wrongly: the help is shown with the reasons. */
export class UsageError extends CommandRefused {
  readonly command: Command | undefined
  constructor(reasons: readonly string[], command?: Command) {
    super(reasons)
    this.name = 'UsageError'
    this.command = command
  }
}

/** The value of an option that parse-arguments.ts made sure of. */
export function given(values: Values, option: string): string {
  const value = values[option]
  if (value === undefined) throw new TypeError(`option --${option} is not declared as required`)
  return value
}
