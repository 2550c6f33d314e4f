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

/**
 * Issuers of the leaf up to a trusted authority, nearest first; undefined when there is no such path. Breadth first, each
 * certificate once: what is reached over fewer authorities may stand wherever the same one reached later may, and
 * certificates that issue each other in every order cost no more than one look at each pair.
 */
export function findPath(input: PathInput): CertificateFields[] | undefined {
  const seen = new Set<CertificateFields>([input.leaf])
  let front: readonly Step[] = [{ certificate: input.leaf, authorities: [] }]
  while (front.length > 0) {
    const next: Step[] = []
    for (const step of front) {
      const anchor = input.trusted.find((authority) => continues(authority, step, input.at))
      if (anchor !== undefined) return [...step.authorities, anchor]
      if (step.authorities.length >= MAX_AUTHORITIES) continue
      for (const authority of input.intermediates) {
        if (seen.has(authority) || !continues(authority, step, input.at)) continue
        seen.add(authority)
        next.push({ certificate: authority, authorities: [...step.authorities, authority] })
      }
    }
    front = next
  }
  return undefined
}

/** A certificate, and how the leaf leads to it. */
interface Step {
  readonly certificate: CertificateFields
  readonly authorities: readonly CertificateFields[]
}

const continues = (authority: CertificateFields, { certificate, authorities }: Step, at: Date) =>
  issued(authority, certificate, authorities.length, at)

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
