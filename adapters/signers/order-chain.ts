import { X509Certificate } from 'node:crypto'

/** Issuers of `leaf` among `candidates`, nearest first; what does not belong to its chain is left out. */
export function orderChain(leaf: Buffer, candidates: readonly Buffer[]): Buffer[] {
  const rest = candidates.map((bytes) => new X509Certificate(bytes))
  const ordered: Buffer[] = []
  let current = new X509Certificate(leaf)
  while (!current.checkIssued(current)) {
    const issuer = rest.find((candidate) => current.checkIssued(candidate))
    if (issuer === undefined || ordered.some((bytes) => bytes.equals(issuer.raw))) break
    ordered.push(issuer.raw)
    current = issuer
  }
  return ordered
}
