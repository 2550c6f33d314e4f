import { type Config, ConfigError, loadConfig } from '../config/load-config.ts'
import type { Environment, Ports } from './environment.ts'
import { findLowPorts, resolvePorts } from './ports.ts'
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

/** Ports of a stack that has more than one process of a kind. */
export interface StackPorts extends Ports {
  /** Health pages of the second worker and those after it. */
  readonly moreWorkerHealth: readonly number[]
  /** What the parts of a real Temporal server talk over. */
  readonly temporalInner: readonly number[]
}

/** All ports of the stack, free at this moment. Errors: StartFailure naming the setting of a taken one. */
export async function choosePorts(
  config: Config,
  more: { readonly workers: number; readonly temporalInner: number },
): Promise<StackPorts> {
  const local = (setting: string, port: number) => ({ setting, host: '127.0.0.1', port })
  const named = {
    api: { setting: 'GONETS_PORT', host: config.GONETS_HOST, port: config.GONETS_PORT },
    workerHealth: local('GONETS_WORKER_HEALTH_PORT', config.GONETS_WORKER_HEALTH_PORT),
    sandbox: local('GONETS_SANDBOX_PORT', config.GONETS_SANDBOX_PORT),
    smtp: local('GONETS_SANDBOX_SMTP_PORT', config.GONETS_SANDBOX_SMTP_PORT),
    postgres: local('GONETS_POSTGRES_PORT', config.GONETS_POSTGRES_PORT),
    temporal: local('GONETS_TEMPORAL_PORT', config.GONETS_TEMPORAL_PORT),
    webUi: local('GONETS_WEB_UI_PORT', config.GONETS_WEB_UI_PORT),
  }
  const workers = Object.fromEntries(
    Array.from({ length: more.workers - 1 }, (_, at) => [
      `worker${at}`,
      local('GONETS_WORKER_HEALTH_PORT', 0),
    ]),
  )
  // In one go: a free port is held until every other has been chosen.
  const ports: Ports & Record<string, number> = await resolvePorts({ ...named, ...workers })
  return {
    ...ports,
    moreWorkerHealth: Object.keys(workers).map((name) => ports[name] ?? 0),
    temporalInner: await findLowPorts(more.temporalInner),
  }
}
