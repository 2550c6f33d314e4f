import type { WayFacts } from '../../domain/intake/standing.ts'
import type { Phase } from '../../domain/submission/phase.ts'
import type { Policy } from '../../domain/submission/policy.ts'
import type { Verdict } from '../../domain/submission/verdict.ts'
import type { Organization, SignatureDraft, StoredDocument } from './port.ts'
import type { Statements } from './statements.ts'
import { type Past, pastOf, type Subject } from './step-key.ts'
import { EARLIER_OUT, QUESTIONED, REGISTERED_BEFORE } from './way.ts'

export interface CaseRow extends WayFacts {
  readonly organization: Organization
  readonly phase: Phase
  readonly lastVerdict: Verdict | null
  readonly consentId: string | null
  readonly registryId: string | null
  readonly retainUntil: Date | null
  readonly holdReason: string | null
  readonly receivedAt: Date
  readonly policy: Policy
  readonly setId: string
  readonly documentId: string
  readonly versionNumber: number | null
  readonly replacesDocumentId: string | null
  readonly reportBlobId: string
  readonly reportCiphertext: Uint8Array
  readonly reportWrappedKey: Uint8Array | null
  readonly reportKeyId: string
  readonly document: DocumentJson | null
  readonly past: Past
}
interface DocumentJson extends Omit<StoredDocument, 'signatures'> {
  readonly signatures: readonly SignatureJson[]
}
interface SignatureJson {
  readonly id: string
  readonly kind: SignatureDraft['kind']
  readonly blobId: string
  readonly signedAt: string
  readonly subject: string
  readonly issuer: string
  readonly serial: string
  readonly notBefore: string
  readonly notAfter: string
}

/** One statement for everything an activity starts from. */
export async function readCaseRow(db: Statements, subject: Subject): Promise<CaseRow | undefined> {
  const { submissionId, version } = subject
  const rows = await db.$queryRaw<CaseRow[]>`
    SELECT jsonb_build_object('id', o.id, 'name', o.name, 'inn', o.inn, 'ogrn', o.ogrn, 'okpo', o.okpo,
        'kpp', o.kpp, 'oid', o.oid, 'license', o.license, 'email', o.email, 'phone', o.phone,
        'address', o.address, 'legalBasis', o.legal_basis, 'registry', o.registry,
        'environment', o.environment, 'timeZone', o.time_zone) AS "organization", s.phase, s.last_verdict AS "lastVerdict",
      s.consent_id AS "consentId", s.registry_id AS "registryId", s.retain_until AS "retainUntil",
      s.hold_reason AS "holdReason", s.received_at AS "receivedAt", s.policy, s.set_id AS "setId",
      v.document_id AS "documentId", v.version_number AS "versionNumber",
      ${REGISTERED_BEFORE} AS "replacesDocumentId", s.standing, ${QUESTIONED} AS questioned,
      ${EARLIER_OUT} AS "earlierOut",
      v.report_blob_id AS "reportBlobId", b.ciphertext AS "reportCiphertext",
      b.wrapped_key AS "reportWrappedKey", b.key_id AS "reportKeyId",
      (SELECT jsonb_build_object('documentId', d.document_id, 'digest', d.digest,
          'templateVersionId', d.template_version_id, 'templateCode', n.code, 'analyses', d.analyses, 'templateConfirmed', t.confirmed_at IS NOT NULL,
          'personalSignatures', t.personal_signatures,
          'signatures', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'kind', g.kind,
              'blobId', g.blob_id, 'signedAt', g.signed_at, 'subject', g.subject, 'issuer', g.issuer,
              'serial', g.serial, 'notBefore', g.not_before, 'notAfter', g.not_after)
              ORDER BY g.signed_at, g.id), '[]') FROM signature AS g WHERE g.document_seq = d.seq))
        FROM document AS d JOIN template_version AS t ON t.id = d.template_version_id
        JOIN template AS n ON n.id = t.template_id
        WHERE d.submission_id = s.id AND d.version = v.version ORDER BY d.seq DESC LIMIT 1) AS "document",
      ${pastOf(subject)} AS "past"
    FROM submission AS s JOIN organization AS o ON o.id = s.organization_id
    JOIN submission_version AS v ON v.submission_id = s.id AND v.version = ${version}
    JOIN blob AS b ON b.id = v.report_blob_id
    WHERE s.id = ${submissionId}::uuid`
  return rows[0]
}

export function toStoredDocument(document: DocumentJson | null): StoredDocument | undefined {
  if (document === null) return undefined
  return {
    ...document,
    signatures: document.signatures.map((row) => ({
      id: row.id,
      kind: row.kind,
      blobId: row.blobId,
      signedAt: new Date(row.signedAt),
      signer: {
        subject: row.subject,
        issuer: row.issuer,
        serial: row.serial,
        notBefore: new Date(row.notBefore),
        notAfter: new Date(row.notAfter),
      },
    })),
  }
}
