const BLOCK = 512

/** Contents of the first regular file in a tar archive whose base name is `name`; undefined when there is none. */
export function fileFromTar(tar: Buffer, name: string): Buffer | undefined {
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const path = field(tar, at, 100)
    if (path === '') return undefined
    const size = Number.parseInt(field(tar, at + 124, 12).trim(), 8)
    const type = field(tar, at + 156, 1)
    const start = at + BLOCK
    if ((type === '0' || type === '') && path.split('/').pop() === name) {
      return tar.subarray(start, start + size)
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK
  }
  return undefined
}

function field(tar: Buffer, at: number, length: number): string {
  const raw = tar.subarray(at, at + length)
  const end = raw.indexOf(0)
  return raw.toString('latin1', 0, end === -1 ? length : end)
}
