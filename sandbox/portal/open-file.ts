import { constants, createDecipheriv, createHash, privateDecrypt } from 'node:crypto'
import type { PortalPackage } from './package-schema.ts'
import type { PortalKeys } from './portal-keys.ts'

/** Decrypts one file of a package; undefined when anything about it (key, tag, binding) does not fit. */
export function openFile(
  file: PortalPackage['files'][number],
  binding: string,
  keys: PortalKeys,
): Buffer | undefined {
  try {
    const key = privateDecrypt(
      { key: keys.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
      Buffer.from(file.wrappedKey, 'base64'),
    )
    const iv = Buffer.from(file.iv, 'base64')
    const tag = Buffer.from(file.tag, 'base64')
    if (key.length !== 32 || iv.length !== 12 || tag.length !== 16) return undefined
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 })
    decipher.setAAD(Buffer.from(['gonets-portal-v1', file.name, binding].join('\n')))
    decipher.setAuthTag(tag)
    const content = Buffer.from(file.content, 'base64')
    return Buffer.concat([decipher.update(content), decipher.final()])
  } catch {
    return undefined
  }
}

/** Digest of the canonical JSON of a value that came from JSON: keys sorted at every depth, no white space. */
export function canonicalDigest(value: unknown): string {
  const sorted = JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  )
  return sha256(sorted)
}

export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
