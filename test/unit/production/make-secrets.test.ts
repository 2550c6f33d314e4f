import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeSecrets } from '../../../tools/make-secrets.ts'
import { compose } from './compose.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gonets-secrets-'))
})
afterEach(() => rm(folder, { recursive: true }))

const secrets = Object.keys(compose.secrets).sort()

it('makes what is ours and names what others have to give: together all that Compose mounts', async () => {
  const { made, missing } = await makeSecrets(folder)
  expect([...made, ...missing].sort()).toEqual(secrets)
  expect((await readdir(folder)).sort()).toEqual(made.toSorted())
  for (const name of made) expect((await stat(join(folder, name))).mode & 0o777, name).toBe(0o600)
  const url = new URL(await readFile(join(folder, 'database-url'), 'utf8'))
  expect(url).toMatchObject({ username: 'gonets', host: 'postgres:5432', pathname: '/gonets' })
  expect(url.password).toMatch(/^[0-9a-f]{48}$/)
})

it('never replaces what is there', async () => {
  await writeFile(join(folder, 'database-url'), 'postgresql://a:b@db.example/gonets')
  const { made } = await makeSecrets(folder)
  const before = await readFile(join(folder, 'keys.json'), 'utf8')
  expect(made).not.toContain('database-url')
  expect((await makeSecrets(folder)).made).toEqual([])
  expect(await readFile(join(folder, 'keys.json'), 'utf8')).toBe(before)
  expect(await readFile(join(folder, 'database-url'), 'utf8')).toBe(
    'postgresql://a:b@db.example/gonets',
  )
})

it('for a rehearsal makes everything but the key of the sandbox', async () => {
  const { made, missing } = await makeSecrets(folder, { demo: true })
  expect(missing).toEqual(['portal-public.pem'])
  expect([...made, ...missing].sort()).toEqual(secrets)
  await chmod(join(folder, 'signing.p12'), 0o400)
  expect((await makeSecrets(folder, { demo: true })).made).toEqual([])
})
