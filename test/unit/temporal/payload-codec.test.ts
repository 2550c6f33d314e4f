import { defaultPayloadConverter, type Payload, toPayloads } from '@temporalio/common'
import { describe, expect, it } from 'vitest'
import { deriveCodecKeys } from '../../../adapters/temporal/codec-keys.ts'
import { createPayloadCodec, sealedOnly } from '../../../adapters/temporal/payload-codec.ts'
import { isUnsealed } from '../../../domain/shared/unsealed.ts'

const key = (fill: number) => Buffer.alloc(32, fill)
const codecWith = (active: string, ...ids: readonly [string, number][]) =>
  createPayloadCodec({ active, keys: new Map(ids.map(([id, fill]) => [id, key(fill)])) })
const codec = codecWith('k1', ['k1', 1])
const payloads = (...values: unknown[]): Payload[] =>
  toPayloads(defaultPayloadConverter, ...values) ?? []

async function encoded(value: unknown): Promise<Payload> {
  const [payload] = await codec.encode(payloads(value))
  if (!payload) throw new Error('nothing was encoded')
  return payload
}
const openedValue = (payload: Payload | undefined): unknown =>
  defaultPayloadConverter.fromPayload(payload ?? {})
const metadataOf = (payload: Payload | undefined) =>
  Object.fromEntries(
    Object.entries(payload?.metadata ?? {}).map(([name, bytes]) => [
      name,
      Buffer.from(bytes).toString(),
    ]),
  )
const unreadable = { code: 'content-unreadable', class: 'permanent' }

describe('payload codec', () => {
  it.each([
    [{ submissionId: 'a', codes: ['б'] }],
    [null],
    [''],
    [undefined],
    [new Uint8Array(70_000).fill(9)],
  ])('gives back what it was given (%#)', async (value) => {
    const sealed = await codec.encode(payloads(value))
    const [opened] = await codec.decode(sealed)
    expect(metadataOf(opened)).toEqual(metadataOf(payloads(value)[0]))
    expect(openedValue(opened)).toEqual(value)
  })

  it('keeps the order of many payloads', async () => {
    const opened = await codec.decode(await codec.encode(payloads(1, 2, 3)))
    expect(opened.map(openedValue)).toEqual([1, 2, 3])
  })

  it('shows nothing but its own name and the id of the key', async () => {
    const sealed = await encoded({ registryId: 'РЕГ-1' })
    expect(metadataOf(sealed)).toEqual({
      encoding: 'binary/gonets-aes256gcm',
      'encryption-key-id': 'k1',
    })
    expect(Buffer.from(sealed.data ?? []).toString('latin1')).not.toMatch(/json|registryId/)
  })

  it('never encrypts the same twice to the same bytes', async () => {
    const [first, second] = await Promise.all([encoded('x'), encoded('x')])
    expect(first.data).not.toEqual(second.data)
  })

  it('passes a clear payload through', async () => {
    const clear = payloads({ from: 'a server without the codec' })
    expect(await codec.decode([...clear, {}])).toEqual([...clear, {}])
  })
})

describe('a codec for whoever acts on what it reads', () => {
  it('opens what is sealed, and puts a mark in the place of what is not', async () => {
    const strict = sealedOnly(codec)
    const [clear] = payloads({ legalBasis: 'law' })
    const [opened, refused, empty] = await strict.decode([await encoded('x'), clear ?? {}, {}])
    expect(openedValue(opened)).toBe('x')
    for (const one of [refused, empty]) expect(isUnsealed(openedValue(one))).toBe(true)
    expect(isUnsealed(openedValue(opened))).toBe(false)
    expect(JSON.stringify(refused)).not.toContain('law')
  })
})

describe('payload codec and its keys', () => {
  it('opens what an older key sealed, and seals with the active one', async () => {
    const old = await encoded('before the rotation')
    const rotated = codecWith('k2', ['k1', 1], ['k2', 2])
    expect(openedValue((await rotated.decode([old]))[0])).toBe('before the rotation')
    const [fresh] = await rotated.encode(payloads('after'))
    expect(Buffer.from(fresh?.metadata?.['encryption-key-id'] ?? []).toString()).toBe('k2')
    await expect(decode(codec, fresh ?? {})).rejects.toMatchObject({
      code: 'key-unavailable',
      details: { keyId: 'k2' },
    })
  })

  it('does not open with another key of the same id', async () => {
    await expect(decode(codecWith('k1', ['k1', 9]), await encoded('x'))).rejects.toMatchObject(
      unreadable,
    )
  })

  it('derives the same key in every process', async () => {
    const keys = { derive: (purpose: string) => Buffer.alloc(32, purpose) }
    const [sealed] = await createPayloadCodec(deriveCodecKeys(keys)).encode(payloads('x'))
    expect(
      openedValue((await decode(createPayloadCodec(deriveCodecKeys(keys)), sealed ?? {}))[0]),
    ).toBe('x')
  })

  it('cannot seal without its active key', async () => {
    const keyless = codecWith('k3', ['k1', 1])
    await expect(Promise.resolve().then(() => keyless.encode(payloads('x')))).rejects.toMatchObject(
      { code: 'key-unavailable' },
    )
  })
})

describe('payload codec and tampering', () => {
  it.each([
    ['the first byte', 0],
    ['the ciphertext', 20],
    ['the last byte', -1],
  ])('notices a change of %s', async (_, position) => {
    const sealed = await encoded('x')
    const data = Buffer.from(sealed.data ?? [])
    const at = position < 0 ? data.length + position : position
    data[at] = (data[at] ?? 0) ^ 1
    await expect(decode(codec, { ...sealed, data })).rejects.toMatchObject(unreadable)
  })

  it.each([0, 3, 12, 16, 27])('notices that only %i bytes are left', async (length) => {
    const sealed = await encoded('x')
    const data = Buffer.from(sealed.data ?? []).subarray(0, length)
    await expect(decode(codec, { ...sealed, data })).rejects.toMatchObject(unreadable)
  })

  it('does not open a payload under the name of another key', async () => {
    const twins = codecWith('k1', ['k1', 1], ['k2', 1])
    const sealed = await encoded('x')
    const renamed = {
      ...sealed,
      metadata: { ...sealed.metadata, 'encryption-key-id': Buffer.from('k2') },
    }
    await expect(decode(twins, renamed)).rejects.toMatchObject(unreadable)
  })
})

async function decode(used: typeof codec, payload: Payload): Promise<Payload[]> {
  return await used.decode([payload])
}
