import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codeIn, ROOT, readText } from './markdown.ts'

const PAGE = 'docs/consent.md'
const rules = readText(PAGE)
  .split('\n')
  .filter((line) => /^\| \d+ \|/.test(line))
  .map((line) => line.split(' | '))
  .map(([number = '', rule = '', heldBy = '']) => ({
    number: Number(number.replace('| ', '')),
    rule,
    file: codeIn(heldBy),
    test: heldBy.replace(/^`[^`]+` /, '').replace(/ \|$/, ''),
  }))

describe(PAGE, () => {
  it('numbers its rules from 1 without a gap', () => {
    expect(rules.map(({ number }) => number)).toEqual(rules.map((_, at) => at + 1))
    expect(rules.length).toBeGreaterThan(30)
  })

  it.each(rules)('rule $number is held by a test that exists', ({ rule, file, test }) => {
    expect(rule).toMatch(/^[A-Z].*\.$/)
    expect(file).toMatch(/^test\/.*\.test\.ts$/)
    expect(existsSync(join(ROOT, file)), file).toBe(true)
    expect(namesOfTests(file), `${file} has no test of that name`).toContain(test)
  })
})

/** Names as they are written: of tests, groups of tests and tables of tests. */
function namesOfTests(file: string): string[] {
  const text = readText(file).replaceAll(/\s+/g, ' ')
  return [...text.matchAll(/(?<=[(,] ?)'((?:[^'\\]|\\.)+)',? ?(?:async )?\(/g)].map(
    ([, name = '']) => name,
  )
}
