import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../config/load-config.ts'
import { layoutOf } from '../../../stack/data-dir.ts'
import { environmentsOf } from '../../../stack/environment.ts'
import { readSettings } from '../../../stack/settings.ts'

const SECRETS = {
  postgresPassword: 'p'.repeat(20),
  portalToken: 't'.repeat(20),
  portalCallbackSecret: 's'.repeat(20),
  demoApiKey: 'k'.repeat(20),
}
const PORTS = { api: 1, workerHealth: 2, sandbox: 3, smtp: 4, postgres: 5, temporal: 6, webUi: 7 }
const DATABASE_URL = 'postgresql://gonets:secret@127.0.0.1:5/gonets'

const environments = (base: Record<string, string> = {}) =>
  environmentsOf({
    base,
    dir: layoutOf('/srv/gonets'),
    ports: PORTS,
    apiHost: '127.0.0.1',
    secrets: SECRETS,
    databaseUrl: DATABASE_URL,
  })

describe('environments of the children', () => {
  it('are complete and valid for each process', () => {
    const { api, worker, sandbox } = environments()
    const password = () => 'password of the key'
    expect(loadConfig(api, 'api').GONETS_PORT).toBe(1)
    expect(loadConfig(worker, 'worker', password).GONETS_PORTAL_URL).toBe('http://127.0.0.1:3')
    expect(loadConfig(sandbox, 'sandbox').GONETS_SANDBOX_PORT).toBe(3)
  })

  it('let both sides of the portal share their secrets', () => {
    const { api, worker, sandbox } = environments()
    expect(worker.GONETS_PORTAL_TOKEN).toBe(sandbox.GONETS_SANDBOX_TOKEN)
    expect(api.GONETS_PORTAL_CALLBACK_SECRET).toBe(sandbox.GONETS_SANDBOX_CALLBACK_SECRET)
    expect(sandbox.GONETS_SANDBOX_CALLBACK_URL).toBe('http://127.0.0.1:1')
  })

  it('never point at the database or registry of production', () => {
    const production = {
      DATABASE_URL: 'postgresql://production',
      TEMPORAL_ADDRESS: 'production:7233',
      GONETS_PORTAL_URL: 'https://portal.example',
      GONETS_SMTP_URL: 'smtp://mail.example',
    }
    for (const env of [environments(production).api, environments(production).worker]) {
      expect(env.DATABASE_URL).toBe(DATABASE_URL)
      expect(env.TEMPORAL_ADDRESS).toBe('127.0.0.1:6')
    }
    expect(environments(production).worker.GONETS_PORTAL_URL).toBe('http://127.0.0.1:3')
    expect(environments(production).worker.GONETS_SMTP_URL).toBe('smtp://127.0.0.1:4')
  })

  it('pass on what the user set and the stack does not compute', () => {
    const { api, worker } = environments({ GONETS_RETENTION: '3650d', GONETS_LOG_LEVEL: 'debug' })
    expect(api.GONETS_RETENTION).toBe('3650d')
    expect(worker.GONETS_LOG_LEVEL).toBe('debug')
  })

  it('open the codec to loopback unless told otherwise', () => {
    expect(environments().api.GONETS_CODEC_ACCESS).toBe('loopback')
    expect(environments({ GONETS_CODEC_ACCESS: 'off' }).api.GONETS_CODEC_ACCESS).toBe('off')
  })
})

it('lists every wrong setting in one sentence', () => {
  const read = () => readSettings({ GONETS_PORT: '99999', GONETS_TYPO: '1' })
  expect(read).toThrow(/GONETS_PORT: ожидается порт.*GONETS_TYPO: неизвестная настройка/)
})
