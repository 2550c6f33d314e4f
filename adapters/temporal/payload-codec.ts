import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common'
import proto from '@temporalio/proto'
import { AppError } from '../../domain/shared/app-error.ts'
import { UNSEALED } from '../../domain/shared/unsealed.ts'

const ENCODING = 'binary/gonets-aes256gcm'
/** Without it a shorter tag, easier to guess, would pass. */
const GCM = { authTagLength: 16 }
const PayloadMessage = proto.temporal.api.common.v1.Payload

/** Keys by id; `active` encrypts, all of them decrypt: histories outlive a rotation by years. */
export interface CodecKeys {
  readonly active: string
  readonly keys: ReadonlyMap<string, Buffer>
}

/**
 * AES-256-GCM over the whole payload, metadata included. Only ids, digests and codes go to Temporal anyway: this is the
 * second lock. Layout of data: 12 bytes IV, ciphertext, 16 bytes tag. A payload in clear is passed through unchanged: for
 * people who look at it. Runs use `sealedOnly`.
 */
export function createPayloadCodec({ active, keys }: CodecKeys): PayloadCodec {
  // Made once: a cipher begun with the bytes of a key costs three times as much.
  const prepared = new Map([...keys].map(([id, bytes]) => [id, createSecretKey(bytes)]))
  const keyOf = (id: string): KeyObject => {
    const key = prepared.get(id)
    if (!key) throw new AppError('key-unavailable', 'permanent', { details: { keyId: id } })
    return key
  }
  return {
    encode: (payloads) =>
      Promise.resolve(payloads.map((payload) => encrypt(payload, active, keyOf(active)))),
    decode: (payloads) => Promise.resolve(payloads.map((payload) => decrypt(payload, keyOf))),
  }
}

/** The same for whoever acts on what it reads: a payload in clear is replaced by one that says so, and is never seen. */
export function sealedOnly(codec: PayloadCodec): PayloadCodec {
  return {
    encode: (payloads) => codec.encode(payloads),
    decode: (payloads) => codec.decode(payloads.map((one) => (isSealed(one) ? one : IN_CLEAR))),
  }
}
const IN_CLEAR = defaultPayloadConverter.toPayload(UNSEALED)

function isSealed({ metadata }: Payload): boolean {
  return Buffer.from(metadata?.encoding ?? []).toString() === ENCODING
}

function encrypt(payload: Payload, keyId: string, key: KeyObject): Payload {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv, GCM).setAAD(Buffer.from(keyId))
  const sealed = [iv, cipher.update(PayloadMessage.encode(payload).finish()), cipher.final()]
  return {
    metadata: { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(keyId) },
    data: Buffer.concat([...sealed, cipher.getAuthTag()]),
  }
}

function decrypt(payload: Payload, keyOf: (id: string) => KeyObject): Payload {
  if (!isSealed(payload)) return payload
  const keyId = Buffer.from(payload.metadata?.['encryption-key-id'] ?? []).toString()
  const data = Buffer.from(payload.data ?? [])
  const key = keyOf(keyId)
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, 12), GCM)
      .setAAD(Buffer.from(keyId))
      .setAuthTag(data.subarray(-16))
    return PayloadMessage.decode(
      Buffer.concat([decipher.update(data.subarray(12, -16)), decipher.final()]),
    )
  } catch (cause) {
    throw new AppError('content-unreadable', 'permanent', { cause })
  }
}
