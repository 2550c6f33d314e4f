import { type Config, ConfigError, loadConfig } from '../config/load-config.ts'
import type { Environment, Ports } from './environment.ts'
import { resolvePorts } from './ports.ts'
import { StartFailure } from './start-failure.ts'

/** Settings of the stack. Errors: StartFailure listing every wrong one. */
export function readSettings(env: Environment): Config {
  try {
    return loadConfig(env, 'stack')
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    throw new StartFailure(
      `Настройки неверны: ${cause.problems.join('; ')}.`,
      'исправьте переменные окружения; все настройки описаны в docs/configuration.md',
      cause,
    )
  }
}

/** All ports of the stack, free at this moment. Errors: StartFailure naming the setting of a taken one. */
export function choosePorts(config: Config): Promise<Ports> {
  const local = (setting: string, port: number) => ({ setting, host: '127.0.0.1', port })
  return resolvePorts({
    api: { setting: 'GONETS_PORT', host: config.GONETS_HOST, port: config.GONETS_PORT },
    workerHealth: local('GONETS_WORKER_HEALTH_PORT', config.GONETS_WORKER_HEALTH_PORT),
    sandbox: local('GONETS_SANDBOX_PORT', config.GONETS_SANDBOX_PORT),
    smtp: local('GONETS_SANDBOX_SMTP_PORT', config.GONETS_SANDBOX_SMTP_PORT),
    postgres: local('GONETS_POSTGRES_PORT', config.GONETS_POSTGRES_PORT),
    temporal: local('GONETS_TEMPORAL_PORT', config.GONETS_TEMPORAL_PORT),
    webUi: local('GONETS_WEB_UI_PORT', config.GONETS_WEB_UI_PORT),
  })
}
