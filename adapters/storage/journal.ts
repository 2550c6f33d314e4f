import { AppError } from '../../domain/shared/app-error.ts'
import { sealBlobs } from './blob-rows.ts'
import { isUuid } from './columns.ts'
import { withDiscoveredConsents } from './discovered-consent.ts'
import type { StoreParts } from './parts.ts'
import type { Journal, Json, StepRecord } from './port.ts'
import { sealRecord } from './sealed-record.ts'
import type { Statements } from './statements.ts'
import { readOutcome } from './step-key.ts'
import { type StepWriting, stepStatement } from './step-statement.ts'
import { hearWithdrawal } from './withdrawal.ts'

export function createJournal({ database, sealer, now }: StoreParts): Journal {
  return {
    async find(key) {
      if (!isUuid(key.submissionId)) return undefined
      return database.read((db) => readOutcome(db, key))
    },
    async commit(given) {
      if (!isUuid(given.key.submissionId)) throw new AppError('submission-not-found', 'permanent')
      const at = now()
      const record = await sealRecord(sealer, given)
      const blobs = await sealBlobs(sealer, record.blobs ?? [], at)
      const { withdrawal } = record
      if (withdrawal)
        return database.transact((tx) => writeWithdrawal(tx, { record, blobs, at }, withdrawal))
      if (!record.discoveredConsents?.length)
        return database.writeOne((db) => writeStep(db, { record, blobs, at }))
      return database.transact(async (tx) => {
        const known = await withDiscoveredConsents(tx, record, at)
        return 'done' in known ? known.done : writeStep(tx, { record: known.record, blobs, at })
      })
    },
  }
}

/** The book of the document hears of it in the same commit; a repeat finds it heard. */
async function writeWithdrawal(
  tx: Statements,
  writing: StepWriting,
  withdrawal: NonNullable<StepRecord['withdrawal']>,
): Promise<Json> {
  const { key } = writing.record
  const known = await readOutcome(tx, key)
  if (known !== undefined) return known
  await hearWithdrawal(tx, key, withdrawal, writing.at)
  return writeStep(tx, writing)
}

/** The outcome that stands: this one, or the one that was written first. */
async function writeStep(db: Statements, writing: StepWriting): Promise<Json> {
  const { key, outcome } = writing.record
  const rows = await db.$queryRaw<{ found: boolean; opened: boolean }[]>(stepStatement(writing))
  const { found, opened } = rows[0] ?? { found: false, opened: false }
  if (!found) {
    const { submissionId } = key
    throw new AppError('submission-not-found', 'permanent', { details: { submissionId } })
  }
  return opened ? outcome : ((await readOutcome(db, key)) ?? null)
}
