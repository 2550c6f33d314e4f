import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../config/load-config.ts'
import { type ProcessName, SETTINGS, type Setting } from '../../../config/settings.ts'
import {
  compose,
  environmentOf,
  readText,
  serviceNamed,
  services,
  variablesOf,
  wordsOf,
} from './compose.ts'

/** Variables that images of others read. */
const THEIRS: Readonly<Record<string, readonly string[]>> = {
  postgres: ['POSTGRES_PASSWORD_FILE', 'POSTGRES_INITDB_ARGS'],
  'database-roles': ['PGHOST', 'PGUSER'],
  'temporal-schema': ['SQL_PLUGIN', 'SQL_HOST', 'SQL_PORT', 'SQL_USER'],
  temporal: [
    ...['DB', 'DB_PORT', 'POSTGRES_SEEDS', 'POSTGRES_USER', 'NUM_HISTORY_SHARDS', 'BIND_ON_IP'],
    ...['DYNAMIC_CONFIG_FILE_PATH', 'TEMPORAL_ALLOW_NO_AUTH', 'LOG_LEVEL', 'GOMEMLIMIT'],
  ],
  'temporal-namespace': ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'NAMESPACE_RETENTION'],
  'temporal-cli': ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'],
  'temporal-ui': [
    ...['TEMPORAL_ADDRESS', 'TEMPORAL_DEFAULT_NAMESPACE', 'TEMPORAL_CODEC_ENDPOINT'],
    ...['TEMPORAL_CORS_ORIGINS', 'TEMPORAL_CSRF_COOKIE_INSECURE', 'TEMPORAL_DISABLE_NEWS_FETCH'],
  ],
}
const PROCESSES: Readonly<Record<string, ProcessName>> = {
  api: 'api',
  worker: 'worker',
  cli: 'cli',
  sandbox: 'sandbox',
}
const SECRETS = '/run/secrets/'
const settings: Readonly<Record<string, Setting<unknown>>> = SETTINGS
const isSetting = (name: string) =>
  name in settings || settings[name.replace(/_FILE$/, '')]?.secret === true
const example = Object.fromEntries(
  [...readText('.env.example').matchAll(/^#?([A-Z_]+)=(.*)$/gm)].map(
    ([, name = '', value = '']) => [name, value],
  ),
)

describe.each(services)('%s', (name, service) => {
  const environment = environmentOf({ ...service }, {})

  it('is told nothing it does not know', () => {
    const known = (variable: string) => THEIRS[name]?.includes(variable) ?? isSetting(variable)
    expect(Object.keys(environment).filter((variable) => !known(variable))).toEqual([])
  })

  it('finds every file it is told of among its secrets, and gets no other', () => {
    const script = wordsOf(service).find((word) => word.endsWith('.sh'))
    const inScript = script ? [...readText(`.${script}`).matchAll(/\/([\w-]+)"\)/g)] : []
    const wanted = [
      ...Object.values(environment)
        .filter((value) => value.startsWith(SECRETS))
        .map((value) => value.slice(SECRETS.length)),
      ...inScript.map(([, secret]) => secret),
    ]
    expect([...(service.secrets ?? [])].sort()).toEqual(wanted.sort())
    for (const secret of service.secrets ?? [])
      expect(compose.secrets[secret]).toEqual({ file: `./secrets/${secret}` })
  })
})

describe.each(Object.entries(PROCESSES))('%s', (name, process) => {
  const service = serviceNamed(name)
  const read = (path: string) => {
    if (!service.secrets?.includes(path.slice(SECRETS.length))) throw new Error(path)
    return 'a-secret-of-sixteen-characters'
  }

  it('starts with what it is told and the example of .env', () => {
    const dotEnv = { ...example, GONETS_PORTAL_URL: 'https://portal.example' }
    expect(() => loadConfig(environmentOf(service, dotEnv), process, read)).not.toThrow()
  })

  it('cannot be moved away from its port by .env', () => {
    const dotEnv = { GONETS_PORT: '1', GONETS_HOST: '127.0.0.1', GONETS_WORKER_HEALTH_PORT: '1' }
    const before = environmentOf(service, {})
    const after = environmentOf(service, dotEnv)
    for (const variable of Object.keys(before)) expect(after[variable]).toBe(before[variable])
  })
})

it('gives the register of the portal the same secret on both sides', () => {
  const api = serviceNamed('api').environment
  const sandbox = serviceNamed('sandbox').environment
  expect(sandbox?.GONETS_SANDBOX_CALLBACK_SECRET_FILE).toBe(api?.GONETS_PORTAL_CALLBACK_SECRET_FILE)
  expect(sandbox?.GONETS_SANDBOX_TOKEN_FILE).toBe(
    serviceNamed('worker').environment?.GONETS_PORTAL_TOKEN_FILE,
  )
})

it('names in .env.example only what somebody reads, and all that Compose asks for', () => {
  const asked = variablesOf(readText('docker-compose.yml').replace(/^\s*#.*$/gm, ''))
  expect(Object.keys(example).filter((name) => !asked.includes(name) && !isSetting(name))).toEqual(
    [],
  )
  expect(asked.filter((name) => !(name in example))).toEqual([])
})
