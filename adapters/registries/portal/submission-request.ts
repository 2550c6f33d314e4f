import type { RegistrySubmission } from '../port.ts'
import { canonicalJson } from './canonical-json.ts'
import { encryptFile, sha256 } from './package-encryption.ts'
import type { PortalKey } from './portal-key.ts'

export interface SubmissionRequest {
  /** Body of `POST /api/v1/documents` (docs/registries/portal.md). Holds no clear-text file. */
  readonly body: Buffer
  /** The same for the record: ciphertexts and signatures by their digests, a twentieth of the size and as telling. */
  readonly kept: Buffer
}

export function toSubmissionRequest(
  submission: RegistrySubmission,
  portalKey: PortalKey,
): SubmissionRequest {
  const { organization, document } = submission
  const files = [
    { name: 'document.xml', mediaType: 'application/xml', bytes: document.xml },
    { name: 'document.pdf', mediaType: 'application/pdf', bytes: document.pdf },
  ]
  const signatures = [
    { role: 'organization', bytes: submission.signature },
    ...submission.personalSignatures.map((bytes) => ({ role: 'personal', bytes })),
  ]
  const consent = toConsentReference(submission.consent)
  const header = {
    documentId: submission.documentId,
    organizationId: organization.id,
    inn: organization.inn,
    ogrn: organization.ogrn,
    oid: organization.oid,
    analysisType: submission.analysisType,
    performedAt: submission.performedAt,
  }
  const metadata = {
    setId: submission.setId,
    versionNumber: submission.versionNumber,
    replaces: submission.replacesDocumentId ?? null,
    documentDigest: document.digest,
    files: files.map(({ name, mediaType, bytes }) => ({
      name,
      mediaType,
      size: bytes.length,
      digest: sha256(bytes),
    })),
    signatures: signatures.map(({ role, bytes }) => ({ role, digest: sha256(bytes) })),
    consent,
    consentDigest: sha256(canonicalJson({ consent, documentId: submission.documentId })),
  }
  const bindingDigest = sha256(canonicalJson({ header, metadata }))
  const encrypted = files.map((file) => encryptFile(file, bindingDigest, portalKey))
  return {
    body: json({
      header,
      metadata,
      files: encrypted,
      signatures: signatures.map(({ role, bytes }) => ({
        role,
        content: bytes.toString('base64'),
      })),
    }),
    kept: json({
      header,
      metadata,
      files: encrypted.map(({ content, ...file }) => ({
        ...file,
        contentDigest: sha256(Buffer.from(content, 'base64')),
      })),
    }),
  }
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value))
}

function toConsentReference(consent: RegistrySubmission['consent']) {
  return consent.basis === 'law'
    ? { basis: 'law' }
    : { basis: 'consent', number: consent.number, givenAt: consent.givenAt }
}
