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

/** What a process said last, after byte `from` of its log: one line for a person. */
export async function lastWords(file: string, from: number): Promise<string> {
  const written = (await readFile(file).catch(() => Buffer.alloc(0))).subarray(from)
  return essenceOf(written.toString('utf8'))
}

/** The error a crashed Node names above its stack, else the last line; of a JSON log line only its message. */
export function essenceOf(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '')
  const thrown = lines.findLast((line) => /^[A-Z]\w*(Error|Failure)\b.*:/.test(line))
  const line = thrown ?? lines.at(-1) ?? ''
  const message = /"msg":"((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? line
  return message.replace(/^[\s•]+|[.\s]+$/g, '').slice(0, 200)
}
