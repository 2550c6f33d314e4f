import { createHmac, randomBytes } from 'node:crypto'
import { AppError } from '../../domain/shared/app-error.ts'
import type { Sealer } from '../shared/sealer.ts'
import { decrypt, encrypt } from './aes-gcm.ts'
import type { KeyProvider } from './port.ts'

const DATA_KEY_BYTES = 32

/**
 * Errors of `open`: AppError `content-unreadable` (changed, moved to another context, or its wrapped key is gone),
 * `key-unavailable` (the key file lacks the key it was wrapped with).
 */
export function createSealer(keys: KeyProvider): Sealer {
  const indexKey = keys.derive('blind-index')
  return {
    seal: async (plain, context) => {
      const dataKey = randomBytes(DATA_KEY_BYTES)
      const ciphertext = encrypt(dataKey, plain, context)
      const { keyId, wrapped } = await keys.wrap(dataKey, context)
      dataKey.fill(0)
      return { ciphertext, wrappedKey: wrapped, keyId }
    },
    open: async (sealed, context) => {
      if (sealed.wrappedKey.length === 0) throw unreadable(context)
      const dataKey = await keys.unwrap(sealed.keyId, sealed.wrappedKey, context)
      const plain =
        dataKey.length === DATA_KEY_BYTES ? decrypt(dataKey, sealed.ciphertext, context) : undefined
      dataKey.fill(0)
      if (!plain) throw unreadable(context)
      return plain
    },
    blindIndex: (purpose, value) =>
      createHmac('sha256', indexKey).update(`${purpose}\n${value}`).digest('hex'),
  }
}

function unreadable(context: string): AppError {
  return new AppError('content-unreadable', 'permanent', { details: { context } })
}
