import { ConfigError, loadConfig } from '../config/load-config.ts'
import { createCliDeps } from './deps.ts'
import { runCli } from './run-cli.ts'

const print = (line: string) => void process.stdout.write(`${line}\n`)
const say = (line: string) => void process.stderr.write(`${line}\n`)

try {
  process.exitCode = await runCli(process.argv.slice(2), {
    print,
    say,
    // biome-ignore lint/style/noProcessEnv: the one place of this process that reads its environment
    open: () => createCliDeps(loadConfig(process.env, 'cli'), { print, say }),
  })
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  say(error.message)
  process.exitCode = 1
}
