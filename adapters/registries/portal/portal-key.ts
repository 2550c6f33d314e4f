import { createHash, createPublicKey, type KeyObject } from 'node:crypto'

export interface PortalKey {
  readonly publicKey: KeyObject
  /** SHA-256 of the SPKI, hex: tells the portal which of its keys to unwrap with. */
  readonly keyId: string
}

/** Throws when the PEM is not an RSA key of at least 2048 bits: a set-up error that must stop the start. */
export function readPortalKey(publicKeyPem: string): PortalKey {
  const publicKey = createPublicKey(publicKeyPem)
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0
  if (publicKey.asymmetricKeyType !== 'rsa' || bits < 2048) {
    throw new Error('the public key of the portal must be RSA of at least 2048 bits')
  }
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  return { publicKey, keyId: createHash('sha256').update(spki).digest('hex') }
}
