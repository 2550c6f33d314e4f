export interface CertificateInfo {
  /** RFC 4514-like text, Cyrillic kept. */
  readonly subject: string
  readonly issuer: string
  /** Common name or organisation name of the owner, for the visible stamp. */
  readonly owner: string
  /** Hex, upper case. */
  readonly serial: string
  readonly notBefore: Date
  readonly notAfter: Date
  readonly der: Buffer
  /** Issuers, nearest first, DER. */
  readonly chain: readonly Buffer[]
}

/**
 * The organisation's signature. RSA by node:crypto now; GOST and external means are further implementations.
 * Errors: AppError `certificate-expired`, `certificate-not-yet-valid`, `signer-unavailable` (permanent).
 */
export interface Signer {
  certificate(): CertificateInfo
  /** Detached CAdES-BES over the bytes, DER. */
  signDetached(input: { bytes: Buffer; signedAt: Date }): Promise<Buffer>
  /** Bytes of the CMS that `signPdf` makes, for the renderer to leave room for. */
  pdfSignatureRoom(): Promise<number>
  /**
   * PAdES-B-B in the empty signature that the renderer left: no byte outside of it changes. Errors: AppError
   * `signature-field-missing` (permanent) when there is none, or too little room in it.
   */
  signPdf(input: { pdf: Buffer; signedAt: Date }): Promise<Buffer>
}

export type VerifyOutcome =
  | { readonly kind: 'valid'; readonly signer: CertificateInfo; readonly signedAt: Date }
  /**
   * Codes: `signature-malformed`, `signature-digest-mismatch`, `signature-wrong`, `signature-untrusted`, `certificate-expired`,
   * `certificate-not-yet-valid`, `signature-no-time`, `signature-time-in-future`, `signature-not-detached`,
   * `signature-many-signers`, `signature-many-certificates`, `signature-algorithm-unsupported` (GOST, SHA-1).
   */
  | {
      readonly kind: 'invalid'
      readonly code: string
      /** Whose it is when all is right but the authority (`signature-untrusted`); the chain as the signature brings it. */
      readonly signer?: CertificateInfo
    }
export interface SignatureVerifier {
  verifyDetached(input: { signature: Buffer; bytes: Buffer; now: Date }): Promise<VerifyOutcome>
}
