import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..', '..')

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** Cells of the first table under a `## heading`, or of the first table at all. The head and the rule are left out. */
export function tableOf(path: string, heading?: string): string[][] {
  const text = readText(path)
  const start = heading === undefined ? 0 : text.indexOf(`\n## ${heading}\n`)
  if (start < 0) throw new Error(`${path} has no heading ${heading}`)
  const lines = text.slice(start).split('\n')
  const first = lines.findIndex((line) => line.startsWith('|'))
  const rest = first < 0 ? [] : lines.slice(first)
  const end = rest.findIndex((line) => !line.startsWith('|'))
  return rest.slice(2, end < 0 ? undefined : end).map(cellsOf)
}

/** The text inside `…`; what else stands in the cell is for people. */
export function codeIn(cell: string | undefined): string {
  const code = /`([^`]+)`/.exec(cell ?? '')?.[1]
  if (code === undefined) throw new Error(`no code in the cell «${cell ?? ''}»`)
  return code
}

/** Relative links of a page, without anchors; addresses of other places are left out. */
export function linksOf(path: string): string[] {
  const targets = [...readText(path).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)]
  return targets
    .map(([, markdown, html]) => (markdown ?? html ?? '').replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
}

function cellsOf(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))
}
