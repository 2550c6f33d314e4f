import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import type { Addresses } from './bring-up.ts'
import { runDemo, type SampleProgress } from './demo.ts'
import { createDemoClient } from './demo-client.ts'
import type { Environment } from './environment.ts'
import { createProgressView, type Screen } from './progress.ts'
import { readSamples } from './samples.ts'
import { createStack, type Stack } from './stack.ts'
import { StartFailure } from './start-failure.ts'
import { addressesText, reasonNotRetained, summaryText } from './summary.ts'

const HELP = `Gonets на одной машине: PostgreSQL, Temporal, песочница, API и обработчик.

  npm start              поднять всё, провести образцы, работать до Ctrl-C
  npm start -- --once    поднять всё, провести образцы, остановиться (код 0, если все приняты и хранятся)
  npm start -- --help    эта справка

Состояние хранится в .gonets (GONETS_DATA_DIR). Настройки: docs/configuration.md.
`
const ONCE_LIMIT_MS = 120_000
const SAMPLES = join(import.meta.dirname, '..', 'samples')

export interface MainInput {
  readonly argv: readonly string[]
  readonly env: Environment
  readonly screen: Screen
  readonly errors: Screen
  /** First signal to stop: politely. */
  readonly interrupted: AbortSignal
  /** Given the stack, so that a second signal can force it. */
  readonly onStack?: (stack: Stack) => void
}

/** Runs the stack until it is told to stop; returns the exit code. */
export async function main(input: MainInput): Promise<number> {
  const { screen, errors, interrupted } = input
  const say = (line: string) => void screen.write(`${line}\n`)
  try {
    const { once, help } = readFlags(input.argv)
    if (help) {
      screen.write(HELP)
      return 0
    }
    const stack = createStack({ env: input.env, log: say })
    input.onStack?.(stack)
    interrupted.addEventListener('abort', () => void stack.stop().catch(() => {}), { once: true })
    say('Gonets запускается…')
    const startedAt = performance.now()
    const addresses = await stack.start()
    say(`Всё работает (${((performance.now() - startedAt) / 1000).toFixed(1)} с).\n`)
    const code = await work(input, addresses, once)
    say('\nОстанавливается…')
    await stack.stop()
    return code
  } catch (error) {
    if (interrupted.aborted) return 130
    errors.write(failureText(error))
    return 1
  }
}

async function work(input: MainInput, addresses: Addresses, once: boolean): Promise<number> {
  const { screen, interrupted } = input
  const say = (line: string) => void screen.write(`${line}\n`)
  if (!once) say(`${addressesText(addresses)}\n`)
  const results = await carrySamples(input, addresses, once)
  say(`\n${summaryText(results, addresses, process.cwd())}`)
  const reason = reasonNotRetained(results)
  if (once) {
    if (reason !== undefined) input.errors.write(`\nНе все образцы приняты: ${reason}.\n`)
    return reason === undefined ? 0 : 1
  }
  if (!interrupted.aborted) say(`\nКлюч API: ${addresses.apiKey}\nРаботает до Ctrl-C.`)
  await aborted(interrupted)
  return 0
}

async function carrySamples(
  { screen, interrupted }: MainInput,
  { apiUrl, apiKey, dir }: Addresses,
  once: boolean,
): Promise<SampleProgress[]> {
  const limit = new AbortController()
  const timer = setTimeout(
    () => limit.abort(new Error(`не дошло за ${ONCE_LIMIT_MS / 1000} с`)),
    ONCE_LIMIT_MS,
  )
  if (!once) clearTimeout(timer)
  const signal = AbortSignal.any([interrupted, limit.signal])
  try {
    const samples = await readSamples(SAMPLES)
    const view = createProgressView(
      screen,
      samples.map(({ name }) => name),
    )
    return await runDemo({
      ...{ samples, signal, folder: dir.demo },
      client: createDemoClient({ apiUrl, apiKey, fetch, signal }),
      onProgress: (progress) => view.show(progress),
    })
  } finally {
    clearTimeout(timer)
  }
}

function readFlags(argv: readonly string[]): { once: boolean; help: boolean } {
  const boolean = { type: 'boolean', default: false } as const
  try {
    return parseArgs({ args: [...argv], options: { once: boolean, help: boolean } }).values
  } catch (cause) {
    throw new StartFailure('Непонятные параметры запуска.', 'npm start -- --help', cause)
  }
}

function failureText(error: unknown): string {
  if (error instanceof StartFailure) return `\n${error.message}\nЧто делать: ${error.advice}.\n`
  const what = error instanceof Error ? error.message : String(error)
  return `\nНепредвиденная ошибка: ${what}.\nЧто делать: посмотрите журналы в .gonets/logs и запустите ещё раз.\n`
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
