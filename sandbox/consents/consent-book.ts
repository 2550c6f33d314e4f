import { z } from 'zod'
import { openAppendLog } from '../shared/append-log.ts'

export const consentRecordSchema = z.strictObject({
  patientRef: z.string().min(1).max(200),
  /** Unset = for any document of the patient. */
  documentNumber: z.string().min(1).max(200).optional(),
  /** Unset = about all analyses. */
  analysis: z.string().min(1).max(200).optional(),
  status: z.enum(['active', 'expired', 'rejected', 'unknown']),
  validUntil: z.iso.datetime({ offset: true }).optional(),
  /** When the patient expressed it; unset = the service does not tell. */
  expressedAt: z.iso.datetime({ offset: true }).optional(),
})
type ConsentRecord = z.output<typeof consentRecordSchema>
export type ConsentStatus = ConsentRecord['status']

/** What the consent service has been told about patients, kept in `consents.jsonl`. Nobody mentioned has an active consent. */
export interface ConsentBook {
  set(record: ConsentRecord): void
  /**
   * What was told last about the analysis: of the document asked about or of any, and of another document where that is
   * active, for the question is about the patient's will.
   */
  find(
    patientRef: string,
    asked: { readonly documentNumber: string | null; readonly analysis: string | null },
  ): ConsentRecord | undefined
  countQuery(status: string): number
  stats(): Record<string, number>
  close(): void
}

export function openConsentBook(path: string): ConsentBook {
  const log = openAppendLog<ConsentRecord>(path)
  const records = new Map<string, ConsentRecord[]>()
  const keep = (record: ConsentRecord) =>
    records.set(record.patientRef, [...(records.get(record.patientRef) ?? []), record])
  for (const record of log.entries) keep(record)
  const queries: Record<string, number> = {}
  let count = 0
  return {
    set(record) {
      log.append(record)
      keep(record)
    },
    find: (patientRef, { documentNumber, analysis }) =>
      records
        .get(patientRef)
        ?.findLast(
          (record) =>
            (record.analysis === undefined || record.analysis === analysis) &&
            (documentNumber === null ||
              record.documentNumber === undefined ||
              record.documentNumber === documentNumber ||
              record.status === 'active'),
        ),
    countQuery(status) {
      queries[status] = (queries[status] ?? 0) + 1
      count += 1
      return count
    },
    stats: () => ({ ...queries }),
    close: () => log.close(),
  }
}
