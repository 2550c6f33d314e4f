const MAX_LENGTH = 100

/**
 * A name that every system can unpack and no unpacker takes for a path: letters, digits, dot, dash, underscore;
 * never hidden, never one of `taken` (compared without case, which is then extended).
 */
export function safeFileName(name: string, taken: Set<string>): string {
  const last = name.split(/[\\/]/).at(-1) ?? ''
  const cleaned = last
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._-]/gu, '_')
    .replace(/^[._-]+/, '') // hidden files, options of programs, __proto__
    .slice(-MAX_LENGTH)
    .toWellFormed()
  const wanted = cleaned || 'file'
  const dot = wanted.lastIndexOf('.')
  const [stem, extension] = dot > 0 ? [wanted.slice(0, dot), wanted.slice(dot)] : [wanted, '']
  let candidate = wanted
  for (let count = 2; taken.has(candidate.toLowerCase()); count += 1) {
    candidate = `${stem}-${count}${extension}`
  }
  taken.add(candidate.toLowerCase())
  return candidate
}
