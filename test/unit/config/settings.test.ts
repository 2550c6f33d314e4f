import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../config/load-config.ts'
import { type ProcessName, SETTINGS, type Setting } from '../../../config/settings.ts'
import { API, problemsOf } from './environment.ts'

const settings = Object.entries<Setting<unknown>>(SETTINGS)
const day = 86_400_000
const read = (change: Record<string, string>) => loadConfig({ ...API, ...change }, 'api')

describe('every setting', () => {
  it('has a default that its own check accepts', () => {
    for (const [name, { schema, default: text }] of settings)
      if (text !== undefined) expect(schema.safeParse(text).success, name).toBe(true)
  })

  it('is read by somebody, and is not both optional and given a default', () => {
    for (const [name, { readBy, optional, default: text }] of settings) {
      expect(readBy.length, name).toBeGreaterThan(0)
      expect(optional === true && text !== undefined, name).toBe(false)
    }
  })

  it('that says password, token or secret is a secret', () => {
    for (const [name, { secret }] of settings)
      if (/PASSWORD|TOKEN|SECRET|API_KEY|SMTP_URL|DATABASE_URL/.test(name))
        expect(secret, name).toBe(true)
  })

  it('keeps its name apart from the files of secrets', () => {
    for (const [name, { secret }] of settings)
      if (secret) expect(Object.keys(SETTINGS)).not.toContain(`${name}_FILE`)
  })

  it.each<ProcessName>(['sandbox', 'stack'])('lets %s start with nothing set', (reader) => {
    expect(problemsOf({}, reader)).toEqual([])
  })
})

describe('a value', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['10m', 600_000],
    ['1.5h', 5_400_000],
    ['15d', 15 * day],
  ])('%s is a duration of %d ms', (text, ms) => {
    expect(read({ GONETS_SEND_TIMEOUT: text }).GONETS_SEND_TIMEOUT).toBe(ms)
  })

  it.each(['30', 'soon', '-1s', '1 week', '1s2m'])('%s is no duration', (text) => {
    expect(problemsOf({ ...API, GONETS_SEND_TIMEOUT: text })).toHaveLength(1)
  })

  it('may be a list of durations', () => {
    expect(read({ GONETS_REMINDERS: '1h, 2d' }).GONETS_REMINDERS).toEqual([3_600_000, 2 * day])
    expect(problemsOf({ ...API, GONETS_REMINDERS: '1h,,2d' })).toHaveLength(1)
  })

  it('of a port is at most 65535, and 0 means any free one', () => {
    expect(read({ GONETS_PORT: '0' }).GONETS_PORT).toBe(0)
    for (const port of ['65536', '-1', '80.5', 'http'])
      expect(problemsOf({ ...API, GONETS_PORT: port }), port).toHaveLength(1)
  })

  it('of a count is at least one', () => {
    expect(problemsOf({ ...API, GONETS_SEND_ATTEMPTS: '0' })).toEqual([
      'GONETS_SEND_ATTEMPTS: ожидается число не меньше 1',
    ])
  })

  it('of retention is at least five years', () => {
    expect(read({}).GONETS_RETENTION).toBe(1827 * day)
    expect(read({ GONETS_RETENTION: '9131d' }).GONETS_RETENTION).toBe(9131 * day)
    expect(problemsOf({ ...API, GONETS_RETENTION: '1826d' })).toEqual([
      'GONETS_RETENTION: срок хранения не может быть короче пяти лет (1827d: пять лет с двумя високосными)',
    ])
  })

  it('of yes or no is one of the two', () => {
    const worker = { GONETS_MESSAGE_NAMES_STUDY: 'true' }
    expect(problemsOf(worker, 'worker').join()).toContain(
      'GONETS_MESSAGE_NAMES_STUDY: ожидается yes или no',
    )
  })

  it('of an address is complete', () => {
    expect(problemsOf({ ...API, GONETS_WEB_UI_ORIGIN: '127.0.0.1:8233' })).toHaveLength(1)
  })
})
