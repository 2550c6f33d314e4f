import { pino } from 'pino'
import { ConfigError, loadConfig } from '../config/load-config.ts'
import { createSandbox } from './create-sandbox.ts'

/** Starts the sandbox, says so in one line of JSON on stdout (and to a parent process), stops on a signal. */
async function main(): Promise<void> {
  // biome-ignore lint/style/noProcessEnv: the entry point is where the environment is read
  const config = loadConfig(process.env, 'sandbox')
  // The log goes to stderr: stdout belongs to the line a parent waits for.
  const logger = pino({ name: 'sandbox', level: config.GONETS_LOG_LEVEL }, pino.destination(2))
  const sandbox = await createSandbox({
    dir: config.GONETS_SANDBOX_DIR,
    host: config.GONETS_HOST,
    port: config.GONETS_SANDBOX_PORT,
    smtpPort: config.GONETS_SANDBOX_SMTP_PORT,
    token: config.GONETS_SANDBOX_TOKEN,
    callbackUrl: config.GONETS_SANDBOX_CALLBACK_URL,
    callbackSecret: config.GONETS_SANDBOX_CALLBACK_SECRET,
    logger,
  })
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    await sandbox.close()
    process.exit(0)
  }
  process.on('SIGINT', () => void stop())
  process.on('SIGTERM', () => void stop())
  // A parent that was killed cannot send a signal; without it the port would stay taken.
  process.on('disconnect', () => void stop())
  const { url, smtpPort, publicKeyFile } = sandbox
  process.stdout.write(`${JSON.stringify({ ready: true, url, smtpPort, publicKeyFile })}\n`)
  process.send?.({ ready: true })
}

main().catch((error: unknown) => {
  const text = error instanceof ConfigError ? error.message : (error as Error).stack
  process.stderr.write(`${text}\n`)
  process.exit(1)
})
