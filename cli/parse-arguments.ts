import { parseArgs } from 'node:util'
import { type Command, UsageError, type Values } from './command.ts'

export type Call =
  | { readonly kind: 'help'; readonly command?: Command }
  | { readonly kind: 'run'; readonly command: Command; readonly values: Values }

/** Finds the command and its options; throws UsageError with every problem of the call. */
export function parseArguments(args: readonly string[], commands: readonly Command[]): Call {
  const firstOption = args.findIndex((word) => word.startsWith('-'))
  const words = firstOption < 0 ? args : args.slice(0, firstOption)
  const name = words.slice(0, 2).join(' ')
  const command = commands.find((candidate) => candidate.name === name)
  if (args.includes('--help') || args.includes('-h'))
    return command ? { kind: 'help', command } : { kind: 'help' }
  if (name === '') return { kind: 'help' }
  if (!command) throw new UsageError([`нет такой команды: ${name}`])
  return { kind: 'run', command, values: parseOptions(args.slice(2), command) }
}

function parseOptions(args: readonly string[], command: Command): Values {
  const names = Object.keys(command.options)
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    strict: false,
    tokens: true,
  })
  const values: Record<string, string> = {}
  const problems: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') problems.push(`лишнее слово: ${token.value}`)
    if (token.kind !== 'option') continue
    if (!names.includes(token.name)) problems.push(`неизвестный параметр: ${token.rawName}`)
    else if (token.value === undefined || (!token.inlineValue && token.value.startsWith('--')))
      problems.push(`${token.rawName}: нет значения`)
    else if (token.name in values) problems.push(`${token.rawName}: указан дважды`)
    else if (token.value !== '') values[token.name] = token.value
  }
  for (const [name, option] of Object.entries(command.options))
    if (
      option.required &&
      !(name in values) &&
      !problems.some((text) => text.startsWith(`--${name}:`))
    )
      problems.push(`--${name}: не указан (${option.meaning})`)
  if (problems.length > 0) throw new UsageError(problems, command)
  return values
}
