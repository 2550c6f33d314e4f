import { isAppError } from '../domain/shared/app-error.ts'
import { ERROR_CODES } from '../domain/shared/error-codes.ts'
import { codeListCommands } from './code-list-commands.ts'
import { type CliDeps, type Command, CommandRefused, UsageError } from './command.ts'
import { helpText } from './help.ts'
import { keyCommands } from './key-commands.ts'
import { organizationCommands } from './organization-commands.ts'
import { type Call, parseArguments } from './parse-arguments.ts'
import { templateCommands } from './template-commands.ts'

const COMMANDS: readonly Command[] = [
  ...organizationCommands,
  ...keyCommands,
  ...templateCommands,
  ...codeListCommands,
]

export interface Terminal {
  readonly print: (line: string) => void
  readonly say: (line: string) => void
  /** Called only when a command is to run: help needs no database. Throws ConfigError. */
  readonly open: () => CliDeps
}

/** Runs one command. Exit code: 0 done, 1 could not be done, 2 called wrongly. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<0 | 1 | 2> {
  try {
    return await carryOut(parseArguments(args, COMMANDS), terminal)
  } catch (error) {
    for (const reason of reasonsOf(error)) terminal.say(reason)
    if (!(error instanceof UsageError)) return 1
    terminal.say(`\n${helpText(COMMANDS, error.command)}`)
    return 2
  }
}

async function carryOut(call: Call, terminal: Terminal): Promise<0> {
  if (call.kind === 'help') {
    terminal.print(helpText(COMMANDS, call.command))
    return 0
  }
  const deps = terminal.open()
  try {
    await call.command.run(call.values, deps)
    return 0
  } finally {
    await deps.store.close()
  }
}

/** Anything else than these is a defect and must be seen as one. */
function reasonsOf(error: unknown): readonly string[] {
  if (error instanceof CommandRefused) return error.reasons
  if (!isAppError(error)) throw error
  const known = Object.hasOwn(ERROR_CODES, error.code)
  const text = known ? ERROR_CODES[error.code as keyof typeof ERROR_CODES].text : ''
  return [`${error.code}: ${text} ${JSON.stringify(error.details)}`]
}
