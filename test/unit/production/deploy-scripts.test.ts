import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { SEARCH_ATTRIBUTES } from '../../../stack/temporal.ts'
import { SearchAttributeName } from '../../../workflows/names.ts'
import { ROOT, readText, serviceNamed, services, wordsOf } from './compose.ts'

const scripts = readdirSync(join(ROOT, 'deploy')).filter((name) => name.endsWith('.sh'))

it('every script is run by a service, stops at the first fault and is free of syntax errors', () => {
  const run = services.flatMap(([, service]) => wordsOf(service))
  for (const script of scripts) {
    expect(run).toContain(`/deploy/${script}`)
    expect(readText(`deploy/${script}`)).toMatch(/^#!\/bin\/sh\n(#.*\n)+set -eu$/m)
    expect(statSync(join(ROOT, 'deploy', script)).mode & 0o111, script).not.toBe(0)
    execFileSync('sh', ['-n', join(ROOT, 'deploy', script)])
  }
  expect(scripts.length).toBeGreaterThan(0)
})

it('the namespace has the search attributes of the workflows, as the embedded server has', () => {
  const pairs = [...readText('deploy/temporal-namespace.sh').matchAll(/--name (\w+) --type (\w+)/g)]
  const attributes = Object.fromEntries(pairs.map(([, name = '', type = '']) => [name, type]))
  expect(attributes).toEqual(SEARCH_ATTRIBUTES)
  expect(Object.keys(attributes).sort()).toEqual(Object.values(SearchAttributeName).sort())
})

/** Measured at 2,500 results, two runs each (docs/performance.md, Growth). */
const BYTES_OF_A_RUN = 44 * 1024
/** Events are counted as they are stored; in memory they are several times as large. */
const TIMES_AS_LARGE = 5

it('what Temporal remembers is a small part of its container', () => {
  const config = parse(readText('deploy/temporal-dynamic-config.yaml')) as Readonly<
    Record<string, readonly { readonly value: unknown }[] | undefined>
  >
  const settingOf = (key: string) => config[key]?.[0]?.value
  expect(settingOf('history.enableHostLevelEventsCache')).toBe(true)
  const bytes =
    Number(settingOf('history.hostLevelCacheMaxSize')) * BYTES_OF_A_RUN +
    Number(settingOf('history.eventsHostLevelCacheMaxSizeBytes')) * TIMES_AS_LARGE
  expect(serviceNamed('temporal').deploy.resources.limits.memory).toBe('1g')
  expect(bytes).toBeLessThanOrEqual(1024 ** 3 / 6)
})
