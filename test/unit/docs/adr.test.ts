import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT, readText } from './markdown.ts'

const FOLDER = 'docs/adr'
const records = readdirSync(join(ROOT, FOLDER)).sort()

it('decisions are numbered from 1 without a gap', () => {
  expect(records.map((name) => Number(name.slice(0, 4)))).toEqual(records.map((_, at) => at + 1))
})

describe.each(records)('%s', (name) => {
  const text = readText(`${FOLDER}/${name}`)

  it('is named by number and subject, and says its number', () => {
    expect(name).toMatch(/^\d{4}(-[a-z0-9]+)+\.md$/)
    expect(text).toMatch(new RegExp(`^# ${Number(name.slice(0, 4))}\\. \\S`))
  })

  it('has its four parts, in order, on one page', () => {
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual([
      'Context',
      'Decision',
      'Consequences',
      'Checked by',
    ])
    expect(text.split('\n').length).toBeLessThanOrEqual(60)
  })

  it('names what checks it, and that exists', () => {
    const [, checks = ''] = text.split('## Checked by')
    const paths = [...checks.matchAll(/^- `([^`]+)`/gm)].map(([, path = '']) => path)
    expect(paths.length).toBeGreaterThan(0)
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })
})
