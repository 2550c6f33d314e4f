import { existsSync, globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { linksOf, ROOT, readText } from './markdown.ts'

const CODE_FOLDERS = [
  ...[
    'activities',
    'adapters',
    'api',
    'cli',
    'config',
    'deploy',
    'domain',
    'prisma',
    'samples',
    'sandbox',
  ],
  ...['stack', 'test', 'tools', 'worker', 'workflows'],
]
const pages = globSync(
  ['*.md', ...['docs', ...CODE_FOLDERS].map((folder) => `${folder}/**/*.md`)],
  {
    cwd: ROOT,
  },
).sort()

/** Said of every folder or process that has one. */
const ROLES = ['deps.ts', 'index.ts', 'main.ts', 'port.ts']
const LINES: Readonly<Record<string, number>> = {
  'README.md': 120,
  'README.ru.md': 120,
  'docs/architecture.md': 250,
}

describe.each(pages)('%s', (page) => {
  it('links only to what exists', () => {
    const missing = linksOf(page).filter(
      (target) => !existsSync(join(ROOT, dirname(page), decodeURI(target))),
    )
    expect(missing).toEqual([])
  })

  it('names only files that exist', () => {
    const missing = filesNamedIn(page).filter((name) => !isThere(page, name))
    expect(missing).toEqual([])
  })
})

it.each(Object.entries(LINES))('%s is at most %d lines long', (page, most) => {
  expect(readText(page).split('\n').length - 1).toBeLessThanOrEqual(most)
})

it('a folder of code says in at most 60 lines what it is', () => {
  for (const folder of CODE_FOLDERS)
    expect(readText(`${folder}/README.md`).split('\n').length - 1, folder).toBeLessThanOrEqual(60)
})

it('both languages name the same proofs, addresses and commands', () => {
  const facts = (page: string) => {
    const text = readText(page)
    const commands = [...text.matchAll(/^(?:npm|curl|openssl|sed) [^#\n]*/gm)].map(([line]) =>
      line.trim(),
    )
    const addresses = [...text.matchAll(/<(http[^>]+)>/g)].map(([, address]) => address)
    const proofs = linksOf(page).filter((link) => /^(test|docs\/(?!pictures))/.test(link))
    return { commands, addresses, proofs }
  }
  expect(facts('README.ru.md')).toEqual(facts('README.md'))
})

it('every script the pages call exists', () => {
  const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> }
  const called = pages.flatMap((page) =>
    [...readText(page).matchAll(/npm run (?:-s )?([\w:-]*\w)(?![\w:<-])/g)].map(
      ([, name = '']) => `${page}: ${name}`,
    ),
  )
  expect(called.filter((call) => scripts[call.split(': ')[1] ?? ''] === undefined)).toEqual([])
})

/** Names of source files and pages between backticks; patterns and placeholders are left out. */
function filesNamedIn(page: string): string[] {
  return [...readText(page).matchAll(/`([^`\s]+)`/g)]
    .map(([, name = '']) => name)
    .filter((name) => /^[\w./-]+\.(ts|mjs|cjs|md|svg|prisma|xsd)$/.test(name))
}

/** Beside the page, from the root, or where the page's folder keeps its parts. */
function isThere(page: string, name: string): boolean {
  const folder = dirname(page)
  return (
    ROLES.includes(name) ||
    existsSync(join(ROOT, folder, name)) ||
    existsSync(join(ROOT, name)) ||
    globSync(`${folder}/**/${name}`, { cwd: ROOT }).length > 0
  )
}
