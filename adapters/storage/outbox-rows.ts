import { toJsonColumn } from './columns.ts'
import type { Queries } from './database.ts'
import type { OutboxMessage } from './port.ts'
import { insertRows } from './rows.ts'

/**
 * The caller holds the rows of the submissions concerned: entries of one submission are numbered in the order in which
 * their transactions commit, and `claim` relies on it.
 */
export async function addToOutbox(
  tx: Queries,
  messages: readonly OutboxMessage[],
  at: Date,
): Promise<void> {
  await insertRows(
    tx,
    'outbox',
    messages.map((message) => ({
      submissionId: message.submissionId,
      message: toJsonColumn(message),
      dueAt: at,
      createdAt: at,
    })),
  )
}
