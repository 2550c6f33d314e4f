import { constants, createCipheriv, createHash, publicEncrypt, randomBytes } from 'node:crypto'
import type { PortalKey } from './portal-key.ts'

export interface EncryptedFile {
  readonly name: string
  readonly algorithm: 'A256GCM'
  readonly keyAlgorithm: 'RSA-OAEP-256'
  readonly keyId: string
  readonly wrappedKey: string
  readonly iv: string
  readonly tag: string
  readonly content: string
}

/**
 * Encrypts one file under a key that exists for this file and this attempt only. `bindingDigest` (digest of header and
 * metadata) is authenticated: a package with a swapped consent, version or recipient does not open at the portal.
 */
export function encryptFile(
  file: { readonly name: string; readonly bytes: Buffer },
  bindingDigest: string,
  portalKey: PortalKey,
): EncryptedFile {
  const key = randomBytes(32)
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(Buffer.from(`gonets-portal-v1\n${file.name}\n${bindingDigest}`, 'utf8'))
  const content = Buffer.concat([cipher.update(file.bytes), cipher.final()])
  const wrappedKey = publicEncrypt(
    { key: portalKey.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    key,
  )
  key.fill(0)
  return {
    name: file.name,
    algorithm: 'A256GCM',
    keyAlgorithm: 'RSA-OAEP-256',
    keyId: portalKey.keyId,
    wrappedKey: wrappedKey.toString('base64'),
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    content: content.toString('base64'),
  }
}

export function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
