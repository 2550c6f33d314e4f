import { Priority } from '../../domain/submission/priority.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import { toJsonColumn } from './columns.ts'
import type { OutboxMessage } from './port.ts'
import { insertRows } from './rows.ts'
import type { Statements } from './statements.ts'

/**
 * No lease and no pause is this long: an entry due later was written by a clock that has been set back since, or by one
 * that is ahead of ours. It is due now, because delivering twice does nothing and waiting an hour does.
 */
const DUE_WITHIN_MS = 5 * 60_000

/** Of a row of the outbox. */
export function isDue(at: Date): Prisma.Sql {
  return Prisma.sql`(due_at <= ${at} OR due_at > ${new Date(at.getTime() + DUE_WITHIN_MS)})`
}

/**
 * The caller holds the rows of the submissions concerned: entries of one submission are numbered in the order in which
 * their transactions commit, and `claim` relies on it.
 */
export async function addToOutbox(
  tx: Statements,
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
