import { wayOf } from '../../domain/intake/standing.ts'
import type { Report } from '../../domain/report/report.ts'
import { AppError } from '../../domain/shared/app-error.ts'
import type { Sealer } from '../shared/sealer.ts'
import { openBlob } from './blob-rows.ts'
import { type CaseRow, readCaseRow, toStoredDocument } from './case-row.ts'
import { isUuid } from './columns.ts'
import type { StoreParts } from './parts.ts'
import type { Cases, StoredDocument, SubmissionCase } from './port.ts'
import { openOptional, openText } from './sealed-text.ts'
import type { Subject } from './step-key.ts'
import { claimSend } from './way.ts'

export function createCases({ database, sealer, now }: StoreParts): Cases {
  async function read(key: Subject): Promise<CaseRow> {
    const row = isUuid(key.submissionId)
      ? await database.read((db) => readCaseRow(db, key))
      : undefined
    if (row) return row
    const { submissionId, version } = key
    throw new AppError('submission-not-found', 'permanent', { details: { submissionId, version } })
  }
  async function open({ submissionId, version }: Subject, row: CaseRow): Promise<SubmissionCase> {
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
      // What has no number never comes this far.
      versionNumber: row.versionNumber ?? 0,
      replacesDocumentId: row.replacesDocumentId ?? undefined,
      way: wayOf(row),
      phase: row.phase,
      lastVerdict: row.lastVerdict ?? undefined,
      consentId: row.consentId ?? undefined,
      registryId: row.registryId ?? undefined,
      retainUntil: row.retainUntil ?? undefined,
      holdReason: (await openOptional(sealer, submissionId, row.holdReason)) ?? undefined,
      receivedAt: row.receivedAt,
      policy: row.policy,
      report: JSON.parse(report.toString()) as Report,
      document: await openDocument(sealer, submissionId, toStoredDocument(row.document)),
    }
  }
  return {
    async load(submissionId, version) {
      return open({ submissionId, version }, await read({ submissionId, version }))
    },
    async claimSend(key) {
      const way = await database.writeOne((db) => claimSend(db, key, now()))
      if (way) return way
      const { submissionId, version } = key
      throw new AppError('submission-not-found', 'permanent', {
        details: { submissionId, version },
      })
    },
    async begin(key) {
      const row = await read(key)
      return row.past ? { done: row.past.outcome } : { submission: await open(key, row) }
    },
  }
}

async function openDocument(
  sealer: Sealer,
  submissionId: string,
  document: StoredDocument | undefined,
): Promise<StoredDocument | undefined> {
  if (document === undefined) return undefined
  const open = (text: string) => openText(sealer, submissionId, text)
  return {
    ...document,
    digest: await open(document.digest),
    signatures: await Promise.all(
      document.signatures.map(async ({ signer, ...rest }) => ({
        ...rest,
        signer: { ...signer, subject: await open(signer.subject) },
      })),
    ),
  }
}
