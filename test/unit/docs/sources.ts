import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './markdown.ts'

/** Text of every TypeScript file under a folder or of the one file named, by path. */
export function sourcesIn(...paths: readonly string[]): Map<string, string> {
  const files = paths.flatMap((path) =>
    path.endsWith('.ts') ? [path] : globSync(`${path}/**/*.ts`, { cwd: ROOT }),
  )
  return new Map(files.sort().map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]))
}

/** First groups of every match in the sources, import lines left out. */
export function matchesIn(sources: ReadonlyMap<string, string>, pattern: RegExp): Set<string> {
  const found = [...sources.values()].flatMap((text) =>
    [...text.replace(/^(import|export) .* from .*$/gm, '').matchAll(pattern)].map(
      ([, group = '']) => group,
    ),
  )
  return new Set(found)
}
