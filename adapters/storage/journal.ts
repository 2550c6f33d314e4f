import { AppError } from '../../domain/shared/app-error.ts'
import { sealBlobs } from './blob-rows.ts'
import { isUuid } from './columns.ts'
import type { StoreParts } from './parts.ts'
import type { Journal, Json } from './port.ts'
import { openStep, readOutcome } from './step-key.ts'
import { writeStep } from './step-writes.ts'

export function createJournal({ database, sealer, now }: StoreParts): Journal {
  return {
    async find(key) {
      if (!isUuid(key.submissionId)) return undefined
      return database.read((db) => readOutcome(db, key))
    },
    async commit(record) {
      if (!isUuid(record.key.submissionId)) throw new AppError('submission-not-found', 'permanent')
      const at = now()
      const blobs = await sealBlobs(sealer, record.blobs ?? [], at)
      return database.write(async (tx): Promise<Json> => {
        const subject = await openStep(tx, record, at)
        if (!subject.isNew) return (await readOutcome(tx, record.key)) ?? null
        await writeStep(tx, { record, subject, blobs, at })
        return record.outcome
      })
    },
  }
}
