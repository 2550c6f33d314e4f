import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes the key file of adapters/keys/file-key-provider.ts, readable by its owner alone. A file that is already there
 * stays as it is: what was sealed with it would be lost otherwise.
 */
export async function makeKeyFile(path: string): Promise<{ created: boolean }> {
  const active = `k-${randomBytes(4).toString('hex')}`
  const secret = () => randomBytes(32).toString('base64')
  const content = { active, keys: { [active]: secret() }, root: secret() }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  try {
    await writeFile(path, `${JSON.stringify(content, null, 2)}\n`, { flag: 'wx', mode: 0o600 })
    return { created: true }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return { created: false }
    throw error
  }
}

if (process.argv[1] === import.meta.filename) {
  const path = process.argv[2]
  if (!path) throw new Error('usage: node tools/make-keys.ts <path of the key file>')
  const { created } = await makeKeyFile(path)
  process.stdout.write(`${path}: ${created ? 'made' : 'already there, left as it is'}\n`)
}
