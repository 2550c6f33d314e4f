import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { findTemporalServer } from '../../../stack/binaries/index.ts'
import { workerNames } from '../../../stack/child.ts'

let cacheDir: string
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'gonets-server-'))
})
afterEach(async () => {
  await rm(cacheDir, { recursive: true, force: true })
})

/** A machine whose `go install` makes an empty program of the package's last name. */
async function fakeGo(): Promise<string> {
  const script =
    '#!/bin/sh\nfile=$GOBIN/$(basename "$2" | cut -d@ -f1)\n: > "$file"\nchmod +x "$file"\n'
  const path = join(cacheDir, 'path')
  await mkdir(path)
  await writeFile(join(path, 'go'), script, { mode: 0o755 })
  return `${path}:/usr/bin:/bin`
}

it('says that Go is needed where there is none', async () => {
  const search = findTemporalServer({ cacheDir, env: { PATH: cacheDir }, log: () => {} })
  await expect(search).rejects.toMatchObject({
    message: expect.stringContaining('нужен Go') as string,
    advice: expect.stringContaining('Go 1.26') as string,
  })
  expect(await readdir(cacheDir)).toEqual([])
})

it('is built once and found from then on', async () => {
  const said: string[] = []
  const search = { cacheDir, env: { PATH: await fakeGo() }, log: (line: string) => said.push(line) }
  const built = await findTemporalServer(search)
  expect(built).toEqual({
    server: join(cacheDir, 'temporal-server-1.31.2', 'server'),
    sql: join(cacheDir, 'temporal-server-1.31.2', 'sql'),
  })
  expect(await findTemporalServer({ ...search, env: {} })).toEqual(built)
  expect(said).toHaveLength(1)
})

it('names several workers one after another', () => {
  expect(workerNames(1)).toEqual(['worker'])
  expect(workerNames(3)).toEqual(['worker', 'worker-2', 'worker-3'])
})
