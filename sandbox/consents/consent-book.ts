import { z } from 'zod'
import { openAppendLog } from '../shared/append-log.ts'

export const consentRecordSchema = z.strictObject({
  patientRef: z.string().min(1).max(200),
  /** Unset = for any document of the patient. */
  documentNumber: z.string().min(1).max(200).optional(),
  status: z.enum(['active', 'expired', 'rejected', 'unknown']),
  validUntil: z.iso.datetime({ offset: true }).optional(),
})
type ConsentRecord = z.output<typeof consentRecordSchema>
export type ConsentStatus = ConsentRecord['status']

/** What the consent service has been told about patients, kept in `consents.jsonl`. Nobody mentioned has an active consent. */
export interface ConsentBook {
  set(record: ConsentRecord): void
  find(patientRef: string, documentNumber: string | null): ConsentRecord | undefined
  countQuery(status: string): number
  stats(): Record<string, number>
  close(): void
}

export function openConsentBook(path: string): ConsentBook {
  const log = openAppendLog<ConsentRecord>(path)
  const records = new Map<string, ConsentRecord>()
  const queries: Record<string, number> = {}
  let count = 0
  const key = (patientRef: string, documentNumber: string | null) =>
    JSON.stringify([patientRef, documentNumber])
  const keep = (record: ConsentRecord) =>
    records.set(key(record.patientRef, record.documentNumber ?? null), record)
  for (const record of log.entries) keep(record)
  return {
    set(record) {
      log.append(record)
      keep(record)
    },
    find: (patientRef, documentNumber) =>
      records.get(key(patientRef, documentNumber)) ?? records.get(key(patientRef, null)),
    countQuery(status) {
      queries[status] = (queries[status] ?? 0) + 1
      count += 1
      return count
    },
    stats: () => ({ ...queries }),
    close: () => log.close(),
  }
}
