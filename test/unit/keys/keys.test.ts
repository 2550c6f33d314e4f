import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFileKeyProvider, createSealer } from '../../../adapters/keys/index.ts'
import { makeKeyFile } from '../../../tools/make-keys.ts'

const PLAIN = Buffer.from('Тестова Анна Сергеевна')
let folder: string
let path: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gonets-test-keys-'))
  path = join(folder, 'secret', 'keys.json')
  await makeKeyFile(path)
})
afterEach(() => rmSync(folder, { recursive: true }))

interface KeyFile {
  active: string
  keys: Record<string, string>
  root: string
}
const readFile = () => JSON.parse(readFileSync(path, 'utf8')) as KeyFile
const writeFile = (content: unknown) =>
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
const provider = () => createFileKeyProvider({ path })
const flipped = (bytes: Buffer, index: number) => {
  const copy = Buffer.from(bytes)
  copy[index] = (copy[index] ?? 0) ^ 1
  return copy
}

describe('the key file', () => {
  test('is made once and for its owner alone', async () => {
    const before = readFileSync(path, 'utf8')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(await makeKeyFile(path)).toEqual({ created: false })
    expect(readFileSync(path, 'utf8')).toBe(before)
  })

  test.each([
    ['absent', () => rmSync(path), 'file-unreadable'],
    ['readable by others', () => chmodSync(path, 0o640), 'file-mode'],
    ['not JSON', () => writeFile('{"active": "k-secret'), 'file-malformed'],
    ['without its active key', () => writeFile({ ...readFile(), active: 'k2' }), 'file-malformed'],
    [
      'with a short key',
      () => writeFile({ ...readFile(), root: Buffer.alloc(16).toString('base64') }),
      'file-malformed',
    ],
    ['with more than it should hold', () => writeFile({ ...readFile(), x: 1 }), 'file-malformed'],
  ])('%s is refused, without a word of its content', (_, damage, reason) => {
    damage()
    const failure = catchError(provider)
    expect(failure).toMatchObject({
      name: 'AppError',
      code: 'key-unavailable',
      class: 'permanent',
      details: { reason },
    })
    expect(failure).not.toHaveProperty('cause')
  })
})

describe('the sealer', () => {
  test('opens what it sealed, under the same context', async () => {
    const sealer = createSealer(provider())
    const sealed = await sealer.seal(PLAIN, 'blob/1')
    expect(sealed.ciphertext.includes(PLAIN)).toBe(false)
    expect(await createSealer(provider()).open(sealed, 'blob/1')).toEqual(PLAIN)
    const empty = await sealer.seal(Buffer.alloc(0), 'blob/2')
    expect(await sealer.open(empty, 'blob/2')).toEqual(Buffer.alloc(0))
  })

  test('never uses a data key or a vector twice', async () => {
    const sealer = createSealer(provider())
    const [a, b] = await Promise.all([sealer.seal(PLAIN, 'x'), sealer.seal(PLAIN, 'x')])
    expect(a.ciphertext).not.toEqual(b.ciphertext)
    expect(a.wrappedKey).not.toEqual(b.wrappedKey)
    await expect(sealer.open({ ...a, wrappedKey: b.wrappedKey }, 'x')).rejects.toThrow()
  })

  test('refuses what was moved, changed, cut, or lost its key', async () => {
    const sealer = createSealer(provider())
    const sealed = await sealer.seal(PLAIN, 'blob/1')
    const unreadable = { code: 'content-unreadable', class: 'permanent' }
    await expect(sealer.open(sealed, 'blob/2')).rejects.toMatchObject(unreadable)
    for (const index of [0, 12, 28, sealed.ciphertext.length - 1]) {
      const ciphertext = flipped(sealed.ciphertext, index)
      await expect(sealer.open({ ...sealed, ciphertext }, 'blob/1')).rejects.toMatchObject(
        unreadable,
      )
    }
    for (const damaged of [
      { ...sealed, ciphertext: sealed.ciphertext.subarray(0, 20) },
      { ...sealed, wrappedKey: Buffer.alloc(0) },
      { ...sealed, wrappedKey: flipped(sealed.wrappedKey, 30) },
      { ...sealed, wrappedKey: sealed.wrappedKey.subarray(0, 10) },
    ])
      await expect(sealer.open(damaged, 'blob/1')).rejects.toMatchObject(unreadable)
  })

  test('opens old content after rotation, and keeps its indexes', async () => {
    const before = createSealer(provider())
    const sealed = await before.seal(PLAIN, 'blob/1')
    const index = before.blindIndex('snils', '11223344595')
    const old = readFile()
    const key = Buffer.alloc(32, 7).toString('base64')
    writeFile({ ...old, active: 'next', keys: { ...old.keys, next: key } })
    const after = createSealer(provider())
    expect(await after.open(sealed, 'blob/1')).toEqual(PLAIN)
    expect((await after.seal(PLAIN, 'blob/1')).keyId).toBe('next')
    expect(after.blindIndex('snils', '11223344595')).toBe(index)

    writeFile({ ...old, active: 'next', keys: { next: key } })
    await expect(createSealer(provider()).open(sealed, 'blob/1')).rejects.toMatchObject({
      code: 'key-unavailable',
      details: { reason: 'key-unknown' },
    })
  })

  test('makes indexes that say nothing and differ by purpose and by key file', async () => {
    const sealer = createSealer(provider())
    const index = sealer.blindIndex('snils', '11223344595')
    expect(index).toMatch(/^[0-9a-f]{64}$/)
    expect(sealer.blindIndex('snils', '11223344595')).toBe(index)
    expect(sealer.blindIndex('policy', '11223344595')).not.toBe(index)
    const other = join(folder, 'other.json')
    await makeKeyFile(other)
    const foreign = createSealer(createFileKeyProvider({ path: other }))
    expect(foreign.blindIndex('snils', '11223344595')).not.toBe(index)
  })
})

test('derived keys are 32 bytes, stable, and differ by purpose', () => {
  const keys = provider()
  expect(keys.derive('temporal-codec')).toHaveLength(32)
  expect(keys.derive('temporal-codec')).toEqual(provider().derive('temporal-codec'))
  expect(keys.derive('temporal-codec')).not.toEqual(keys.derive('blind-index'))
})

function catchError(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}
