import { type DerElement, readOid } from './der-reader.ts'
import { OID } from './oids.ts'

const DIGESTS: Readonly<Record<string, string>> = {
  [OID.sha256]: 'sha256',
  [OID.sha384]: 'sha384',
  [OID.sha512]: 'sha512',
}

/** Name for node:crypto; undefined for what is too weak (SHA-1) or not known here (Стрибог). */
export function digestName(algorithm: string | DerElement): string | undefined {
  return DIGESTS[typeof algorithm === 'string' ? algorithm : readOid(algorithm)]
}

const SIGNATURES: Readonly<Record<string, { keyType: 'rsa' | 'ec'; digest?: string }>> = {
  [OID.rsaEncryption]: { keyType: 'rsa' },
  '1.2.840.113549.1.1.11': { keyType: 'rsa', digest: 'sha256' },
  '1.2.840.113549.1.1.12': { keyType: 'rsa', digest: 'sha384' },
  '1.2.840.113549.1.1.13': { keyType: 'rsa', digest: 'sha512' },
  '1.2.840.10045.4.3.2': { keyType: 'ec', digest: 'sha256' },
  '1.2.840.10045.4.3.3': { keyType: 'ec', digest: 'sha384' },
  '1.2.840.10045.4.3.4': { keyType: 'ec', digest: 'sha512' },
}

/** RSA PKCS#1 v1.5 and ECDSA with SHA-2; undefined for everything else. */
export function signatureAlgorithm(
  signatureOid: string,
  digestOid: string,
): { keyType: 'rsa' | 'ec'; digest: string } | undefined {
  const known = SIGNATURES[signatureOid]
  const digest = known?.digest ?? digestName(digestOid)
  return known && digest ? { keyType: known.keyType, digest } : undefined
}
