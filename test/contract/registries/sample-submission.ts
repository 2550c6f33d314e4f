import { createHash, randomUUID } from 'node:crypto'
import type { RegistrySubmission } from '../../../adapters/registries/port.ts'

/** Stands in every clear-text file: must never be seen outside of one. */
export const SENTINEL = 'Тестова Анна Сергеевна 112-233-445 95'

export function sampleSubmission(change: Partial<RegistrySubmission> = {}): RegistrySubmission {
  const xml = Buffer.from(`<ClinicalDocument><patient>${SENTINEL}</patient></ClinicalDocument>`)
  return {
    documentId: randomUUID(),
    setId: randomUUID(),
    versionNumber: 1,
    replacesDocumentId: undefined,
    organization: { id: 'lab-1', inn: '7707083893', ogrn: '1027700132195', oid: null },
    analysisType: 'blood-count',
    performedAt: '2026-02-11T09:30:00+03:00',
    document: { xml, pdf: Buffer.from(`%PDF-1.7\n${SENTINEL}\n%%EOF`), digest: sha256(xml) },
    signature: sampleCms(xml),
    personalSignatures: [],
    consent: { basis: 'consent', number: 'С-17', givenAt: '2026-01-15T10:00:00+03:00' },
    ...change,
  }
}

/** The outline of a CMS SignedData: its type, the digest algorithm and the digest of the signed bytes. */
export function sampleCms(bytes: Buffer): Buffer {
  const signedData = Buffer.from('06092a864886f70d010702', 'hex')
  const algorithm = Buffer.from('0609608648016503040201', 'hex')
  const digest = createHash('sha256').update(bytes).digest()
  const body = Buffer.concat([signedData, algorithm, Buffer.from([0x04, 0x20]), digest])
  return Buffer.concat([Buffer.from([0x30, body.length]), body])
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
