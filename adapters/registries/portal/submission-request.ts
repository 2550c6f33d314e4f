import type { RegistrySubmission } from '../port.ts'
import { canonicalJson } from './canonical-json.ts'
import { encryptFile, sha256 } from './package-encryption.ts'
import type { PortalKey } from './portal-key.ts'

/** Body of `POST /api/v1/documents` (docs/registries/portal.md). Holds no clear-text file. */
export function toSubmissionRequest(submission: RegistrySubmission, portalKey: PortalKey): Buffer {
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
  return Buffer.from(
    JSON.stringify({
      header,
      metadata,
      files: files.map((file) => encryptFile(file, bindingDigest, portalKey)),
      signatures: signatures.map(({ role, bytes }) => ({
        role,
        content: bytes.toString('base64'),
      })),
    }),
  )
}

function toConsentReference(consent: RegistrySubmission['consent']) {
  return consent.basis === 'law'
    ? { basis: 'law' }
    : { basis: 'consent', number: consent.number, givenAt: consent.givenAt }
}
