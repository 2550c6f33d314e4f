import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'

interface Entry {
  readonly resolved?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const lock = JSON.parse(
  await readFile(join(import.meta.dirname, '..', '..', '..', 'package-lock.json'), 'utf8'),
) as { packages: Readonly<Record<string, Entry>> }

it('names every optional package, or `npm ci` refuses the file (tools/complete-lockfile.mjs adds them)', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) =>
        !(`node_modules/${name}` in lock.packages) &&
        !(`${path}/node_modules/${name}` in lock.packages),
    ),
  )
  expect(missing).toEqual([])
})

it('names no address: every installation asks its own registry', () => {
  const addresses = Object.values(lock.packages).flatMap(({ resolved }) => resolved ?? [])
  expect(addresses).toEqual([])
})
