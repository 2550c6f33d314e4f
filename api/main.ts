import { toLoggableError } from '../adapters/shared/loggable-error.ts'
import { type Config, ConfigError, loadConfig, redact } from '../config/load-config.ts'
import { buildApp } from './app.ts'
import { createApiDeps } from './deps.ts'
import { createLogger } from './logger.ts'
import { stopOnSignal } from './stop.ts'

const logger = createLogger('info')

/** Runs the API until it is told to stop; accepts results from the moment it listens, with or without Temporal. */
async function main(config: Config): Promise<void> {
  logger.level = config.GONETS_LOG_LEVEL
  logger.info({ config: redact(config) }, 'configuration')
  const { deps, close } = createApiDeps(config, logger)
  const app = await buildApp(deps)
  stopOnSignal(async () => {
    logger.info('api stopping')
    await app.close()
    await close()
    logger.info('api stopped')
  }, fail)
  await app.listen({ host: config.GONETS_HOST, port: config.GONETS_PORT })
  deps.dispatcher.start()
  logger.info({ addresses: app.addresses() }, 'api ready')
  process.send?.({ ready: true, addresses: app.addresses() })
}

function fail(error: unknown): void {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`)
  else logger.fatal({ error: toLoggableError(error) }, 'api failed')
  process.exitCode = 1
  process.exit()
}

try {
  // biome-ignore lint/style/noProcessEnv: the one place of this process that reads its environment
  await main(loadConfig(process.env, 'api'))
} catch (error) {
  fail(error)
}
