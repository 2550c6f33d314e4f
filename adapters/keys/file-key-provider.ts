import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { AppError } from '../../domain/shared/app-error.ts'
import { decrypt, encrypt } from './aes-gcm.ts'
import type { KeyProvider } from './port.ts'

const key = z.base64().transform((text, context) => {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length === 32) return bytes
  context.addIssue({ code: 'custom', message: 'a key has 32 bytes' })
  return z.NEVER
})
const keyFile = z
  .strictObject({
    /** Wraps new data keys; the others only unwrap old ones. */
    active: z.string(),
    keys: z.record(z.string().regex(/^[\w.-]{1,64}$/), key),
    /** Origin of derived keys. It outlives rotation: blind indexes must stay comparable. */
    root: key,
  })
  .refine((file) => file.active in file.keys, { message: 'the active key is missing' })

/**
 * Key-encryption keys from a JSON file that only its owner may read (tools/make-keys.ts makes one). Read once, here:
 * an unusable file stops the process at its start. Errors: AppError `key-unavailable`.
 */
export function createFileKeyProvider({ path }: { path: string }): KeyProvider {
  const file = readKeyFile(path)
  const keys = new Map(Object.entries(file.keys).map(([id, bytes]) => [id, createSecretKey(bytes)]))
  return {
    wrap: async (dataKey, context) => ({
      keyId: file.active,
      wrapped: encrypt(keyOf(keys, file.active), dataKey, context),
    }),
    unwrap: async (keyId, wrapped, context) => {
      const dataKey = decrypt(keyOf(keys, keyId), wrapped, context)
      if (!dataKey) throw new AppError('content-unreadable', 'permanent', { details: { keyId } })
      return dataKey
    },
    derive: (purpose) => Buffer.from(hkdfSync('sha256', file.root, '', `gonets/${purpose}`, 32)),
  }
}

function readKeyFile(path: string): z.output<typeof keyFile> {
  try {
    if ((statSync(path).mode & 0o077) !== 0)
      throw unavailable('file-mode', 'others may read the key file: chmod 600')
    return keyFile.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    // The cause may quote the file: it is not passed on.
    const unreadable = cause instanceof Error && 'syscall' in cause
    throw unavailable(unreadable ? 'file-unreadable' : 'file-malformed')
  }
}

function keyOf(keys: ReadonlyMap<string, KeyObject>, keyId: string): KeyObject {
  const found = keys.get(keyId)
  if (!found)
    throw new AppError('key-unavailable', 'permanent', {
      details: { reason: 'key-unknown', keyId },
    })
  return found
}

function unavailable(reason: string, advice?: string): AppError {
  const details = advice ? { reason, advice } : { reason }
  return new AppError('key-unavailable', 'permanent', { details })
}
