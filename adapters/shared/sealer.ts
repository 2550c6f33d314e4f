/** Ciphertext with everything needed to open it, save the key-encryption key itself. */
export interface Sealed {
  readonly ciphertext: Buffer
  /** Data key wrapped by the key-encryption key `keyId`. Deleting it destroys the content (crypto-erasure). */
  readonly wrappedKey: Buffer
  readonly keyId: string
}

/**
 * Envelope encryption of everything personal: a fresh AES-256-GCM data key per call, wrapped by a key of the KeyProvider.
 * `context` (for instance `blob/<id>`) is authenticated: a ciphertext moved to another row does not open.
 */
export interface Sealer {
  seal(plain: Uint8Array, context: string): Promise<Sealed>
  open(sealed: Sealed, context: string): Promise<Buffer>
  /** Keyed hash (HMAC-SHA-256, hex) for looking up an identifier without storing it. `purpose` separates domains. */
  blindIndex(purpose: string, value: string): string
}
