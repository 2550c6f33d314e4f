import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'

/**
 * JSON lines, one `write` per entry: what was written survives a killed process (not a power cut; this is a rehearsal).
 * A line torn by the kill is cut off at the next start.
 */
export interface AppendLog<T> {
  /** What earlier runs wrote, oldest first. */
  readonly entries: readonly T[]
  /** Does nothing once closed: a callback may still come home while the sandbox stops. */
  append(entry: T): void
  close(): void
}

export function openAppendLog<T>(path: string): AppendLog<T> {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  const entries = whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
  const file = openSync(path, 'a')
  if (whole.length < text.length) ftruncateSync(file, Buffer.byteLength(whole))
  let closed = false
  return {
    entries,
    append(entry) {
      if (!closed) writeSync(file, `${JSON.stringify(entry)}\n`)
    },
    close() {
      if (!closed) closeSync(file)
      closed = true
    },
  }
}
