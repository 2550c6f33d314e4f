/** Holds the key-encryption keys. Idempotent, no network in the file implementation; errors: AppError `key-unavailable`. */
export interface KeyProvider {
  /** Wraps a 32-byte data key with the active key. */
  wrap(dataKey: Buffer, context: string): Promise<{ keyId: string; wrapped: Buffer }>
  unwrap(keyId: string, wrapped: Buffer, context: string): Promise<Buffer>
  /** A 32-byte key derived for one purpose (`blind-index`, `temporal-codec`, …). The same for the same purpose. */
  derive(purpose: string): Buffer
}
