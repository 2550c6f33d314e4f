import { open, readFile, rename, stat } from 'node:fs/promises'

const LIMIT_BYTES = 20_000_000

/** Opens a log for a new run and tells its length. One older log is kept: a stack may run for months. */
export async function beginLog(file: string): Promise<number> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  )
  if (size > LIMIT_BYTES) await rename(file, `${file}.old`)
  await (await open(file, 'a', 0o600)).close()
  return size > LIMIT_BYTES ? 0 : size
}

/** The last line written after byte `from`, shortened; of a JSON log line only its message. */
export async function lastWords(file: string, from: number): Promise<string> {
  const written = (await readFile(file).catch(() => Buffer.alloc(0))).subarray(from)
  const line = written.toString('utf8').trim().split('\n').at(-1)?.trim() ?? ''
  const message = /"msg":"((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? line
  return message.replace(/[.\s]+$/, '').slice(0, 200)
}
