import { Priority } from '../../domain/submission/priority.ts'
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
      ...turnOf(message),
      dueAt: at,
      createdAt: at,
    })),
  )
}

/** What a start waits by for its place; other messages wait for nothing. */
function turnOf(message: OutboxMessage) {
  if (message.kind !== 'start-submission')
    return { isStart: false, organizationId: null, priority: Priority.routine }
  const { organizationId, priority = Priority.routine } = message
  return { isStart: true, organizationId, priority }
}
