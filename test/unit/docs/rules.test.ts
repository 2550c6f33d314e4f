import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codeIn, ROOT, readText } from './markdown.ts'

/** Pages of numbered rules, and how many they have at least. */
const PAGES = { 'docs/consent.md': 30, 'docs/intake.md': 60 }

describe.each(Object.entries(PAGES))('%s', (page, least) => {
  const rules = rulesOf(page)

  it('numbers its rules from 1 without a gap', () => {
    expect(rules.map(({ number }) => number)).toEqual(rules.map((_, at) => at + 1))
    expect(rules.length).toBeGreaterThan(least)
  })

  it.each(rules)('rule $number is held by a test that exists', ({ rule, file, test }) => {
    expect(rule).toMatch(/^[A-Z`].*\.$/)
    expect(file).toMatch(/^test\/.*\.test\.ts$/)
    expect(existsSync(join(ROOT, file)), file).toBe(true)
    expect(namesOfTests(file), `${file} has no test of that name`).toContain(test)
  })
})

function rulesOf(page: string) {
  return readText(page)
    .split('\n')
    .filter((line) => /^\| \d+ \|/.test(line))
    .map((line) => line.split(' | '))
    .map(([number = '', rule = '', heldBy = '']) => ({
      number: Number(number.replace('| ', '')),
      rule,
      file: codeIn(heldBy),
      test: heldBy.replace(/^`[^`]+` /, '').replace(/ \|$/, ''),
    }))
}

/** Names as they are written: of tests, groups of tests, tables of tests, and rows that begin with a name; without a number of runs. */
function namesOfTests(file: string): string[] {
  const text = readText(file).replaceAll(/\s+/g, ' ')
  const called = /(?<=[(,] ?)(['`])((?:(?!\1)[^\\]|\\.)+)\1,? ?(?:\{[^{}]*\},? ?)?(?:async )?\(/g
  const rows = /(?<=\[ ?)(')((?:[^'\\]|\\.)+)', ?\[/g
  return [...text.matchAll(called), ...text.matchAll(rows)].map(([, , name = '']) =>
    name.replace(/ \(\$\{[^)]*\)$/, ''),
  )
}
