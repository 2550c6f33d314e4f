import { X509Certificate } from 'node:crypto'
import type { CertificateFields } from './certificate-fields.ts'

export interface PathInput {
  readonly leaf: CertificateFields
  /** Certificates that came with the signature: not trusted, merely helpful. */
  readonly intermediates: readonly CertificateFields[]
  readonly trusted: readonly CertificateFields[]
  /** Every authority of the path must be in force at this moment. */
  readonly at: Date
}

const MAX_AUTHORITIES = 8

/** Issuers of the leaf up to a trusted authority, nearest first; undefined when there is no such path. */
export function findPath(input: PathInput): CertificateFields[] | undefined {
  return extend([input.leaf], input)
}

function extend(
  path: readonly [CertificateFields, ...CertificateFields[]],
  input: PathInput,
): CertificateFields[] | undefined {
  const [leaf, ...authorities] = path
  const last = authorities.at(-1) ?? leaf
  const anchor = input.trusted.find((authority) =>
    issued(authority, last, path.length - 1, input.at),
  )
  if (anchor !== undefined) return [...authorities, anchor]
  if (authorities.length >= MAX_AUTHORITIES) return undefined
  for (const authority of input.intermediates) {
    if (path.includes(authority) || !issued(authority, last, path.length - 1, input.at)) continue
    const found = extend([leaf, ...authorities, authority], input)
    if (found !== undefined) return found
  }
  return undefined
}

/** `below`: how many authorities stand between this one and the leaf. */
function issued(
  authority: CertificateFields,
  child: CertificateFields,
  below: number,
  at: Date,
): boolean {
  if (!authority.isCa || below > (authority.pathLength ?? MAX_AUTHORITIES)) return false
  if (at < authority.notBefore || at > authority.notAfter) return false
  try {
    const issuer = new X509Certificate(authority.der)
    const certificate = new X509Certificate(child.der)
    // checkIssued compares names and key usage only; the signature is what proves it.
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
  } catch {
    return false // a key this OpenSSL does not know (GOST) proves nothing
  }
}
