import { createHash, sign as cryptoSign, type KeyObject, X509Certificate } from 'node:crypto'
import { SignPdf } from '@signpdf/signpdf'
import { Signer as SignpdfSigner } from '@signpdf/utils'
import { AppError } from '../../domain/shared/app-error.ts'
import { buildCadesBes } from './cades-bes.ts'
import {
  type CertificateFields,
  readCertificateFields,
  toCertificateInfo,
} from './certificate-fields.ts'
import { addSignaturePlaceholder } from './pdf-placeholder.ts'
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
  const build = (bytes: Buffer, signingTime?: Date) =>
    buildCadesBes({
      digest: createHash('sha256').update(bytes).digest(),
      certificate: fields,
      chain: deps.chain,
      ...(signingTime && { signingTime }),
      sign: (attributes) => signRsa(deps.key, attributes),
    })
  const assertInForce = (signedAt: Date) => {
    for (const at of [deps.now(), signedAt]) assertValidAt(fields, at)
  }
  return {
    certificate: () => info,
    signDetached: async ({ bytes, signedAt }) => {
      assertInForce(signedAt)
      return build(bytes, signedAt)
    },
    signPdf: async ({ pdf, signedAt, reason, location }) => {
      assertInForce(signedAt)
      const prepared = await addSignaturePlaceholder({
        pdf,
        signedAt,
        owner: info.owner,
        reason,
        location,
      })
      return new SignPdf().sign(prepared, new DetachedSigner(build))
    },
  }
}

/** The shape @signpdf asks for: it hands over the bytes of the ByteRange and wants a CMS back. */
class DetachedSigner extends SignpdfSigner {
  readonly #build: (bytes: Buffer) => Promise<Buffer>

  constructor(build: (bytes: Buffer) => Promise<Buffer>) {
    super()
    this.#build = build
  }

  override sign(pdfBuffer: Buffer): Promise<Buffer> {
    return this.#build(pdfBuffer)
  }
}

function signRsa(key: KeyObject, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
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
