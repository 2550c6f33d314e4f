import { describe, expect, it } from 'vitest'
import { ConfigError, loadConfig, redact } from '../../../config/load-config.ts'
import { API, problemsOf, unreadable } from './environment.ts'

describe('a configuration', () => {
  it('needs only what has no default', () => {
    const config = loadConfig(API, 'api')
    expect(config).toMatchObject({ ...API, GONETS_PORT: 8080, TEMPORAL_ADDRESS: '127.0.0.1:7233' })
  })

  it('says everything that is wrong at once, each by its name', () => {
    const problems = problemsOf({
      GONETS_PORT: '99999',
      GONETS_SEND_TIMEOUT: 'soon',
      GONETS_CODEC_ACCESS: 'everybody',
      GONETS_PROT: '1',
    })
    expect(problems.map((problem) => problem.split(':', 1)[0])).toEqual([
      'DATABASE_URL',
      'GONETS_KEY_FILE',
      'GONETS_PORT',
      'GONETS_CODEC_ACCESS',
      'GONETS_PORTAL_CALLBACK_SECRET',
      'GONETS_SEND_TIMEOUT',
      'GONETS_PROT',
    ])
  })

  it('is refused with one message that holds every problem', () => {
    expect(() => loadConfig({}, 'api')).toThrow(ConfigError)
    expect(() => loadConfig({}, 'api')).toThrow(
      /DATABASE_URL[\s\S]*GONETS_KEY_FILE[\s\S]*GONETS_PORTAL_CALLBACK_SECRET/,
    )
  })

  it('says what a missing setting is for', () => {
    const { DATABASE_URL: _, ...rest } = API
    expect(problemsOf(rest)).toEqual(['DATABASE_URL: не задано (PostgreSQL connection string)'])
  })

  it('takes an empty value for an unset one', () => {
    expect(loadConfig({ ...API, GONETS_PORT: '' }, 'api').GONETS_PORT).toBe(8080)
    expect(problemsOf({ ...API, GONETS_KEY_FILE: '' })).toHaveLength(1)
    expect(problemsOf({ ...API, GONETS_NO_SUCH_THING: '' })).toEqual([])
  })

  it('refuses names it does not know, those of other programs aside', () => {
    const env = { ...API, GONETS_PROT: '9', HOME: '/root', PORT: '9', TEMPORAL_TLS: 'x' }
    expect(problemsOf(env)).toEqual(['GONETS_PROT: неизвестная настройка'])
  })

  it('knows the settings of other processes and does not read them', () => {
    const env = { ...API, GONETS_PORTAL_URL: 'not an address', GONETS_SANDBOX_PORT: '99999' }
    expect(problemsOf(env)).toEqual([])
    expect(loadConfig(env, 'api')).not.toHaveProperty('GONETS_PORTAL_URL')
  })

  it('leaves out optional settings that are not set', () => {
    expect(loadConfig({}, 'sandbox')).not.toHaveProperty('GONETS_SANDBOX_CALLBACK_URL')
  })
})

describe('a secret', () => {
  const { DATABASE_URL: url = '', ...rest } = API
  const fromFile = { ...rest, DATABASE_URL_FILE: '/run/database-url' }

  it('may stand in a file, whose last line end does not count', () => {
    expect(loadConfig(fromFile, 'api', () => `${url}\n`).DATABASE_URL).toBe(url)
  })

  it('given by name wins over the file, which is then not read', () => {
    const env = { ...fromFile, DATABASE_URL: url }
    expect(loadConfig(env, 'api', unreadable).DATABASE_URL).toBe(url)
  })

  it('is missed once when its file cannot be read, with the reason', () => {
    expect(problemsOf(fromFile)).toEqual(['DATABASE_URL_FILE: файл не читается (ENOENT)'])
  })

  it('is missed when its file is empty', () => {
    expect(problemsOf(fromFile, 'api', () => ' \n')).toEqual(['DATABASE_URL_FILE: файл пуст'])
  })

  it('that is optional is missed as well when its file cannot be read', () => {
    const env = { GONETS_SANDBOX_CALLBACK_SECRET_FILE: '/nowhere' }
    expect(problemsOf(env, 'sandbox')).toHaveLength(1)
  })

  it('alone may be given by a file', () => {
    expect(problemsOf({ ...API, GONETS_PORT_FILE: '/port' })).toEqual([
      'GONETS_PORT_FILE: неизвестная настройка',
    ])
  })

  it('is never quoted, neither in a problem nor in the log', () => {
    const env = { ...API, GONETS_PORTAL_CALLBACK_SECRET: 'short-secret' }
    expect(problemsOf(env)).toHaveLength(1)
    expect(problemsOf(env).join()).not.toContain('short-secret')
    const logged = redact(loadConfig(API, 'api'))
    expect(logged).toMatchObject({ DATABASE_URL: '[скрыто]', GONETS_PORT: 8080 })
    expect(JSON.stringify(logged)).not.toContain('pa55')
  })
})
