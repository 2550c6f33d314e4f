import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SETTINGS } from '../../../config/settings.ts'
import { ERROR_CODES } from '../../../domain/shared/error-codes.ts'
import { Phase } from '../../../domain/submission/phase.ts'
import { REASON_TEXT } from '../../../domain/submission/reason.ts'
import { RECONCILE_SCHEDULE_ID } from '../../../workflows/names.ts'
import { compose, variablesOf } from '../production/compose.ts'
import { codeIn, linksOf, ROOT, readText, tableOf } from './markdown.ts'
import { matchesIn, sourcesIn } from './sources.ts'

const FOLDER = 'docs/runbooks'
const INDEX = `${FOLDER}/README.md`
const PARTS = ['Symptom', 'Meaning', 'To be sure', 'Action', 'Undo', 'Over when', 'Shown by']
const pages = readdirSync(join(ROOT, FOLDER))
  .sort()
  .map((name) => `${FOLDER}/${name}`)
const runbooks = pages.filter((page) => page !== INDEX)

const services = Object.keys(compose.services)
const settings = new Set([...Object.keys(SETTINGS), ...variablesOf(readText('docker-compose.yml'))])
const metrics = matchesIn(
  sourcesIn('api/plugins/metrics.ts', 'worker/health.ts'),
  /'(gonets_\w+)'/g,
)
const events = new Set(tableOf('docs/glossary.md', 'Events').map(([type]) => codeIn(type)))
/** Whatever is written with hyphens between backticks or quotes of SQL is one of these. */
const names = new Set<string>([
  ...Object.keys(ERROR_CODES),
  ...Object.keys(REASON_TEXT),
  ...Object.values(Phase),
  ...services,
  ...Object.keys(compose.secrets),
  RECONCILE_SCHEDULE_ID,
])

/** Of Docker, not of Prometheus; and the program after a service's options. */
const VOLUMES = ['gonets_postgres']
const WORDS = ['sh', 'tar']

const EVENT = new RegExp(
  `\`((?:${[...events].map((type) => type.split('.')[0]).join('|')})\\.[a-z-]+)\``,
  'g',
)

const unknown = (text: string, pattern: RegExp, known: ReadonlySet<string>) =>
  [...text.matchAll(pattern)].map(([, name = '']) => name).filter((name) => !known.has(name))
const blocksOf = (text: string) => [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, sh = '']) => sh)

it('each page is on the first one', () => {
  expect(linksOf(INDEX).filter((link) => !link.startsWith('..'))).toEqual(
    expect.arrayContaining(runbooks.map((page) => page.slice(FOLDER.length + 1))),
  )
})

it.each(runbooks)('%s has its parts in order, on one page', (page) => {
  const text = readText(page)
  expect([...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual(PARTS)
  expect(text.split('\n').length).toBeLessThanOrEqual(60)
})

describe.each(pages)('%s', (page) => {
  const text = readText(page)

  it('names metrics, settings, events and codes that exist', () => {
    expect(
      unknown(text, /\b(gonets_[a-z_]+[a-z])\b(?!:)/g, new Set([...metrics, ...VOLUMES])),
    ).toEqual([])
    expect(metrics.size).toBeGreaterThan(5)
    expect(unknown(text, /\b((?:GONETS|TEMPORAL|WORKER|DATABASE)_[A-Z_]+)\b/g, settings)).toEqual(
      [],
    )
    expect(unknown(text, EVENT, events)).toEqual([])
    expect(unknown(text, /[`']([a-z]+(?:-[a-z]+)+)[`']/g, names)).toEqual([])
  })

  it('calls services and volumes that exist, in shell that can be read', () => {
    const shell = blocksOf(text).join('\n')
    const called =
      /compose (?:exec|run|up|restart|logs|ps)((?: -{1,2}\w[\w-]*(?:[= ]\d\w*)?)*) ([a-z][\w-]*)/g
    const calls = [...shell.matchAll(called)].map(([, , name = '']) => name)
    expect(calls.filter((name) => !services.includes(name) && !WORDS.includes(name))).toEqual([])
    for (const block of blocksOf(text)) execFileSync('sh', ['-n', '-c', block])
  })
})

it('the registry that is away is given up after as long as the page says', () => {
  const [, tries = '', hours = ''] =
    /(\d+) tries \(`GONETS_SEND_ATTEMPTS`\), about (\d+) hours/.exec(
      readText(`${FOLDER}/registry-down-for-a-day.md`),
    ) ?? []
  expect(tries).toBe(SETTINGS.GONETS_SEND_ATTEMPTS.default)
  const code = readText('workflows/steps.ts')
  const steps = code.split('function registrySteps')[1] ?? ''
  expect(code).toContain("FIRST_PAUSE = '0.5 seconds'")
  expect(steps).toContain('initialInterval: FIRST_PAUSE')
  expect(steps).toContain("maximumInterval: '10 minutes'")
  const pauses = Array.from({ length: Number(tries) - 1 }, (_, at) => Math.min(0.5 * 2 ** at, 600))
  expect(Math.round(pauses.reduce((sum, pause) => sum + pause, 0) / 3600)).toBe(Number(hours))
})
