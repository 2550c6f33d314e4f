import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { STOP_WITHIN_MS } from '../../../api/stop.ts'
import { SETTINGS } from '../../../config/settings.ts'
import { STOP } from '../../../worker/stop.ts'
import { compose, ROOT, readText, serviceNamed, services, wordsOf } from './compose.ts'

const ours = services.filter(([, { build }]) => build !== undefined)

it('follows the Compose Specification', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  formats.default(ajv)
  const schema = JSON.parse(readText('test/fixtures/compose-spec/compose-spec.json')) as object
  const validate = ajv.compile(schema)
  expect(validate(compose), JSON.stringify(validate.errors, null, 2)).toBe(true)
  expect(validate({ services: { api: { image: 'x', ports: { a: 1 } } } })).toBe(false)
})

it('runs our own version', () => {
  const { version } = JSON.parse(readText('package.json')) as { version: string }
  for (const [name, { image }] of ours) expect(image, name).toBe(`gonets:${version}`)
})

describe.each(services)('%s', (name, service) => {
  it('runs a pinned image without rights it does not need', () => {
    expect(service.image).toMatch(/^[\w/-]+:\d+\.\d+(\.\d+)?(-\w+)?$/)
    expect(service.read_only).toBe(true)
    expect(service.cap_drop).toEqual(['ALL'])
    expect(service.security_opt).toContain('no-new-privileges:true')
    // The PostgreSQL image gives up root by itself.
    if (name !== 'postgres') expect(service.user).toBe('1000:1000')
  })

  it('has bounds: memory, processes, log; and comes back after a fault', () => {
    expect(Object.keys(service.deploy.resources.limits)).toEqual(['cpus', 'memory', 'pids'])
    expect(service.logging).toMatchObject({ driver: 'local', options: { 'max-file': '5' } })
    if (!service.profiles?.includes('tools'))
      expect(service.restart).toMatch(/^(unless-stopped|on-failure:\d)$/)
  })

  it('runs files that exist', () => {
    const files = wordsOf(service).filter((word) => /\.(ts|mjs|sh)$/.test(word))
    for (const file of files) expect(existsSync(join(ROOT, file)), file).toBe(true)
    if (ours.some(([own]) => own === name)) expect(files.length).toBeGreaterThan(0)
  })

  it('waits only for what can be waited for', () => {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      if (condition === 'service_healthy') expect(serviceNamed(other).healthcheck).toBeDefined()
      else expect(serviceNamed(other).restart, other).toMatch(/^on-failure/)
    }
  })

  it('is published on loopback, if at all', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
    if (service.ports) expect(service.networks).toContain('outside')
  })
})

describe('ports', () => {
  const published = (name: string) =>
    serviceNamed(name).ports?.map((port) => port.split(':').slice(1))
  const probed = (name: string) => /:(\d+)\//.exec(wordsOf(serviceNamed(name)).at(-1) ?? '')?.[1]

  it('are those the documentation and the other settings count on', () => {
    expect(published('api')).toEqual([
      [SETTINGS.GONETS_PORT.default, serviceNamed('api').environment?.GONETS_PORT],
    ])
    expect(published('temporal-ui')).toEqual([[SETTINGS.GONETS_WEB_UI_PORT.default, '8080']])
    expect(published('sandbox')?.flat()).toEqual(
      Array(2).fill(SETTINGS.GONETS_SANDBOX_PORT.default),
    )
    expect(new URL(SETTINGS.GONETS_WEB_UI_ORIGIN.default).port).toBe(
      SETTINGS.GONETS_WEB_UI_PORT.default,
    )
  })

  it('are those the health checks ask', () => {
    expect(probed('api')).toBe(serviceNamed('api').environment?.GONETS_PORT)
    expect(probed('worker')).toBe(serviceNamed('worker').environment?.GONETS_WORKER_HEALTH_PORT)
    expect(probed('sandbox')).toBe(serviceNamed('sandbox').environment?.GONETS_SANDBOX_PORT)
  })
})

describe('the worker', () => {
  const worker = serviceNamed('worker')

  it('may run in any number of copies', () => {
    expect(worker).not.toHaveProperty('container_name')
    expect(worker).not.toHaveProperty('ports')
  })
})

describe('time to stop', () => {
  it.each([
    ['worker', STOP.endMs],
    ['api', STOP_WITHIN_MS],
  ])('%s ends by itself before it is killed, and within thirty seconds', (name, endMs) => {
    expect(endMs).toBeLessThan(30_000)
    const grace = Number(/^(\d+)s$/.exec(serviceNamed(name).stop_grace_period ?? '')?.[1])
    expect(grace * 1_000).toBeGreaterThanOrEqual(endMs + 5_000)
  })

  it('of a worker covers its steps, what gives them up, and the closing', () => {
    expect(STOP.finishMs).toBeLessThan(STOP.forceMs)
    expect(STOP.forceMs).toBeLessThan(STOP.endMs)
  })

  it('is told as it is', () => {
    const words = new Map([[25_000, 'twenty-five seconds']])
    const told = words.get(STOP.finishMs) ?? 'in words'
    for (const page of ['docs/production.md', 'worker/README.md'])
      expect(readText(page)).toContain(told)
  })
})

it('lets nobody but Gonets reach PostgreSQL and Temporal', () => {
  expect(compose.networks.inside?.internal).toBe(true)
  for (const name of ['postgres', 'temporal']) {
    expect(serviceNamed(name).networks).toEqual(['inside'])
    expect(serviceNamed(name)).not.toHaveProperty('ports')
  }
  expect(serviceNamed('sandbox').networks).toEqual(['outside'])
})

it('divides the histories of Temporal by a number chosen before the first start', () => {
  expect(serviceNamed('temporal').environment?.NUM_HISTORY_SHARDS).toBe(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose replaces it
    '${TEMPORAL_HISTORY_SHARDS:-512}',
  )
})
