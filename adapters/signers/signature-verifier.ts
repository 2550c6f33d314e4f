import { createHash, type KeyObject, timingSafeEqual, verify, X509Certificate } from 'node:crypto'
import {
  type CertificateFields,
  readCertificateFields,
  toCertificateInfo,
} from './certificate-fields.ts'
import { findPath } from './certificate-path.ts'
import { childAt, DerError, readOctets, readTime } from './der-reader.ts'
import { OID } from './oids.ts'
import { orderChain } from './order-chain.ts'
import type { SignatureVerifier, VerifyOutcome } from './port.ts'
import { digestName, signatureAlgorithm } from './signature-algorithms.ts'
import {
  expectOid,
  readSignedData,
  type SignedData,
  type SignerInfo,
  singleValue,
} from './signed-data.ts'

/** A signer's clock may run ahead of ours by this much. */
/** A path of the largest authorities has four. */
const MOST_CERTIFICATES = 10
const CLOCK_TOLERANCE_MS = 5 * 60_000

/** Ends the checks with a code of the port; never leaves this file. */
class Refusal extends Error {}

/**
 * Verifies detached CAdES signatures made elsewhere (a doctor's own key). Strict on purpose: one signer, signed
 * attributes, the certificate inside and named by signing-certificate-v2. Revocation is not asked about here.
 * @param deps.trusted authorities that paths may end at, DER
 */
export function createSignatureVerifier(deps: { trusted: readonly Buffer[] }): SignatureVerifier {
  const trusted = deps.trusted.map(readCertificateFields)
  return {
    verifyDetached: async ({ signature, bytes, now }) => {
      try {
        return verifyAll(readSignedData(signature), bytes, now, trusted)
      } catch (error) {
        if (error instanceof Refusal) return { kind: 'invalid', code: error.message }
        if (error instanceof DerError) return { kind: 'invalid', code: 'signature-malformed' }
        throw error
      }
    },
  }
}

function verifyAll(
  data: SignedData,
  bytes: Buffer,
  now: Date,
  trusted: readonly CertificateFields[],
): VerifyOutcome {
  refuseIf(data.carriesContent, 'signature-not-detached')
  refuseIf(data.signers.length > 1, 'signature-many-signers')
  refuseIf(data.certificates.length > MOST_CERTIFICATES, 'signature-many-certificates')
  const [signer] = data.signers
  if (signer === undefined) throw new Refusal('signature-malformed')
  const leaf = findSignerCertificate(data, signer)
  checkDigest(signer, bytes)
  checkSignature(signer, leaf)
  const signedAt = readSigningTime(signer, now)
  refuseIf(signedAt < leaf.notBefore, 'certificate-not-yet-valid')
  refuseIf(signedAt > leaf.notAfter, 'certificate-expired')
  const path = leaf.maySignDocuments
    ? findPath({ leaf, intermediates: data.certificates, trusted, at: signedAt })
    : undefined
  if (path === undefined) return untrusted(leaf, data)
  const chain = path.map((authority) => authority.der)
  return { kind: 'valid', signer: toCertificateInfo(leaf, chain), signedAt }
}

function untrusted(leaf: CertificateFields, { certificates }: SignedData): VerifyOutcome {
  const candidates = certificates.filter(({ isCa }) => isCa).map(({ der }) => der)
  const signer = toCertificateInfo(leaf, orderChain(leaf.der, candidates))
  return { kind: 'invalid', code: 'signature-untrusted', signer }
}

/** By issuer and serial, byte for byte; a signer named by key identifier must be the only non-authority present. */
function findSignerCertificate(data: SignedData, { signerId }: SignerInfo): CertificateFields {
  const found =
    signerId.tag === 0x30
      ? data.certificates.find(
          ({ issuerRaw, serialRaw }) =>
            issuerRaw.equals(childAt(signerId, 0).raw) &&
            serialRaw.equals(childAt(signerId, 1).raw),
        )
      : data.certificates.find(({ isCa }) => !isCa)
  if (found === undefined) throw new Refusal('signature-malformed')
  return found
}

function checkDigest(signer: SignerInfo, bytes: Buffer): void {
  const contentType = singleValue(signer, OID.contentType)
  const digest = singleValue(signer, OID.messageDigest)
  if (contentType === undefined || digest === undefined) throw new Refusal('signature-malformed')
  expectOid(contentType, OID.data)
  const name = digestName(signer.digestAlgorithm)
  if (name === undefined) throw new Refusal('signature-algorithm-unsupported')
  const actual = createHash(name).update(bytes).digest()
  refuseIf(!sameBytes(actual, readOctets(digest)), 'signature-digest-mismatch')
}

function checkSignature(signer: SignerInfo, leaf: CertificateFields): void {
  const algorithm = signatureAlgorithm(signer.signatureAlgorithm, signer.digestAlgorithm)
  if (algorithm === undefined) throw new Refusal('signature-algorithm-unsupported')
  const key = publicKeyOf(leaf)
  refuseIf(key.asymmetricKeyType !== algorithm.keyType, 'signature-wrong')
  const right = verify(algorithm.digest, signer.signedBytes, key, signer.signature)
  refuseIf(!right, 'signature-wrong')
  refuseIf(!namesCertificate(signer, leaf), 'signature-wrong')
}

function publicKeyOf(leaf: CertificateFields): KeyObject {
  try {
    return new X509Certificate(leaf.der).publicKey
  } catch {
    throw new Refusal('signature-algorithm-unsupported')
  }
}

/** The attribute binds the signature to one certificate: another one with the same key must not take its place. */
function namesCertificate(signer: SignerInfo, leaf: CertificateFields): boolean {
  const value = singleValue(signer, OID.signingCertificateV2)
  if (value === undefined) throw new Refusal('signature-malformed')
  const certId = childAt(childAt(value, 0, 0x30), 0, 0x30)
  const explicit = childAt(certId, 0).tag === 0x30
  const name = explicit ? digestName(childAt(childAt(certId, 0), 0)) : 'sha256'
  if (name === undefined) throw new Refusal('signature-algorithm-unsupported')
  const digest = readOctets(childAt(certId, explicit ? 1 : 0, 0x04))
  return sameBytes(createHash(name).update(leaf.der).digest(), digest)
}

function readSigningTime(signer: SignerInfo, now: Date): Date {
  const value = singleValue(signer, OID.signingTime)
  if (value === undefined) throw new Refusal('signature-no-time')
  const signedAt = readTime(value)
  refuseIf(signedAt.getTime() > now.getTime() + CLOCK_TOLERANCE_MS, 'signature-time-in-future')
  return signedAt
}

function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

function refuseIf(condition: boolean, code: string): void {
  if (condition) throw new Refusal(code)
}
