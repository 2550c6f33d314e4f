import type { Report } from '../../domain/report/report.ts'
import { AppError } from '../../domain/shared/app-error.ts'
import { openBlob } from './blob-rows.ts'
import { readCaseRow, toStoredDocument } from './case-row.ts'
import { isUuid } from './columns.ts'
import type { StoreParts } from './parts.ts'
import type { Cases } from './port.ts'

export function createCases({ database, sealer }: StoreParts): Cases {
  return {
    async load(submissionId, version) {
      const notFound = () =>
        new AppError('submission-not-found', 'permanent', { details: { submissionId, version } })
      if (!isUuid(submissionId)) throw notFound()
      const row = await database.read((db) => readCaseRow(db, submissionId, version))
      if (!row) throw notFound()
      const report = await openBlob(sealer, {
        id: row.reportBlobId,
        ciphertext: row.reportCiphertext,
        wrappedKey: row.reportWrappedKey,
        keyId: row.reportKeyId,
      })
      return {
        submissionId,
        version,
        organization: row.organization,
        documentId: row.documentId,
        setId: row.setId,
        versionNumber: row.versionNumber,
        replacesDocumentId: row.replacesDocumentId ?? undefined,
        phase: row.phase,
        lastVerdict: row.lastVerdict ?? undefined,
        consentId: row.consentId ?? undefined,
        registryId: row.registryId ?? undefined,
        retainUntil: row.retainUntil ?? undefined,
        holdReason: row.holdReason ?? undefined,
        receivedAt: row.receivedAt,
        report: JSON.parse(report.toString()) as Report,
        document: toStoredDocument(row.document),
      }
    },
  }
}
