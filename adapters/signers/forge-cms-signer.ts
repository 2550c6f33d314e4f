import { createHash, sign as cryptoSign, type KeyObject, X509Certificate } from 'node:crypto'
import { AppError } from '../../domain/shared/app-error.ts'
import { buildCadesBes } from './cades-bes.ts'
import {
  type CertificateFields,
  readCertificateFields,
  toCertificateInfo,
} from './certificate-fields.ts'
import { fillSignature } from './fill-signature.ts'
import type { Signer } from './port.ts'

export interface ForgeCmsSignerDeps {
  /** RSA. */
  readonly key: KeyObject
  /** DER. */
  readonly certificate: Buffer
  /** Issuers, nearest first, DER. */
  readonly chain: readonly Buffer[]
  readonly now: () => Date
}

/**
 * The organisation's RSA signature. The arithmetic runs in node:crypto's thread pool: 1–2 ms for RSA-3072, where
 * pure JavaScript blocks the worker for 60. Deterministic for a given `signedAt`, so a repeated activity gets the same bytes.
 * Errors: AppError `signer-unavailable` when key and certificate do not belong together.
 */
export function createForgeCmsSigner(deps: ForgeCmsSignerDeps): Signer {
  const fields = readCertificateFields(deps.certificate)
  assertUsable(deps)
  const info = toCertificateInfo(fields, deps.chain)
  const build = (bytes: Buffer, signingTime?: Date, sign = rsaWith(deps.key)) =>
    buildCadesBes({
      digest: createHash('sha256').update(bytes).digest(),
      certificate: fields,
      chain: deps.chain,
      ...(signingTime && { signingTime }),
      sign,
    })
  const measureRoom = async () => {
    // Two signatures under one certificate differ in the value alone, whose length is that of the key.
    const value = Buffer.alloc((deps.key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
    return (await build(Buffer.alloc(0), undefined, async () => value)).length
  }
  let room: Promise<number> | undefined
  const assertInForce = (signedAt: Date) => {
    for (const at of [deps.now(), signedAt]) assertValidAt(fields, at)
  }
  return {
    certificate: () => info,
    signDetached: async ({ bytes, signedAt }) => {
      assertInForce(signedAt)
      return build(bytes, signedAt)
    },
    pdfSignatureRoom: () => (room ??= measureRoom()),
    signPdf: async ({ pdf, signedAt }) => {
      assertInForce(signedAt)
      return fillSignature(pdf, signedAt, (bytes) => build(bytes))
    },
  }
}

function rsaWith(key: KeyObject): (bytes: Buffer) => Promise<Buffer> {
  return (bytes) =>
    new Promise((resolve, reject) => {
      cryptoSign('sha256', bytes, key, (error, signature) => {
        if (error) reject(new AppError('signer-unavailable', 'permanent', { cause: error }))
        else resolve(signature)
      })
    })
}

function assertUsable({ key, certificate }: ForgeCmsSignerDeps): void {
  const reason =
    key.asymmetricKeyType !== 'rsa'
      ? 'key-not-rsa'
      : new X509Certificate(certificate).checkPrivateKey(key)
        ? undefined
        : 'key-of-another-certificate'
  if (reason) throw new AppError('signer-unavailable', 'permanent', { details: { reason } })
}

function assertValidAt({ notBefore, notAfter }: CertificateFields, at: Date): void {
  if (at < notBefore) {
    const details = { notBefore: notBefore.toISOString() }
    throw new AppError('certificate-not-yet-valid', 'permanent', { details })
  }
  if (at > notAfter) {
    const details = { notAfter: notAfter.toISOString() }
    throw new AppError('certificate-expired', 'permanent', { details })
  }
}
