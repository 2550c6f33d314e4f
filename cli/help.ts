import type { Command } from './command.ts'

/** What the command line can do, or what one command takes. */
export function helpText(commands: readonly Command[], command?: Command): string {
  return command ? helpOf(command) : overview(commands)
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    'Настройка Гонца. npm run -s cli -- <команда> [параметры]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'Параметры команды: <команда> --help. Нужны DATABASE_URL и GONETS_KEY_FILE (docs/configuration.md).',
  ].join('\n')
}

function helpOf({ name, summary, options }: Command): string {
  const rows = Object.entries(options)
  const width = Math.max(...rows.map(([option]) => option.length))
  return [
    `${name}: ${summary}`,
    '',
    ...rows.map(([option, { required, meaning }]) => {
      const obligation = required ? '' : ' (необязательно)'
      return `  --${option.padEnd(width)}  ${meaning}${obligation}`
    }),
  ].join('\n')
}
