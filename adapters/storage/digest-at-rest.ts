import type { Sealer } from '../shared/sealer.ts'

const KEYED = 'keyed:'

/**
 * Who knows all of a result but one value could try values until a plain SHA-256 of the whole fits. At rest a digest is
 * therefore hashed once more with our key; one that is keyed already stays as it is, so old rows can be brought along.
 */
export function keyDigest(sealer: Sealer, digest: string): string {
  if (digest.startsWith(KEYED)) return digest
  return `${KEYED}${sealer.blindIndex('digest', digest)}`
}

/** Rows written before digests were keyed hold plain ones until `tidy` has been through. */
export function isSameDigest(sealer: Sealer, a: string, b: string): boolean {
  return keyDigest(sealer, a) === keyDigest(sealer, b)
}
