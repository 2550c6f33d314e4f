import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** SHA-256 of a file, hex; streamed, because the binaries are some 150 MB. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/**
 * Puts an executable into the cache folder. The rename makes it appear whole or not at all, so several processes
 * may install at once. Refuses bytes that are not the pinned ones.
 */
export async function installExecutable(
  cacheDir: string,
  fileName: string,
  bytes: Uint8Array,
  sha256: string,
): Promise<string> {
  const actual = createHash('sha256').update(bytes).digest('hex')
  if (actual !== sha256) throw new Error(`контрольная сумма не совпала (${actual.slice(0, 12)}…)`)
  await mkdir(cacheDir, { recursive: true })
  const temporary = join(cacheDir, `.${fileName}.${randomUUID()}`)
  const target = join(cacheDir, fileName)
  try {
    await writeFile(temporary, bytes, { mode: 0o755 })
    await rename(temporary, target)
  } finally {
    await rm(temporary, { force: true })
  }
  return target
}
