import { Priority } from '../../domain/submission/priority.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import { toJsonColumn } from './columns.ts'
import type { OutboxMessage } from './port.ts'
import { insertFrom, insertRows } from './rows.ts'
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

type Unaddressed<Message> = Message extends OutboxMessage
  ? Omit<Message, 'submissionId' | 'registry'>
  : never

/**
 * The same for one message inside a larger statement: it goes to the submission `entry.id`, whose row that statement
 * holds or makes. The registry is the organisation's: read here, it costs no round trip.
 */
export function outboxFrom(message: Unaddressed<OutboxMessage>, at: Date): Prisma.Sql {
  const registry =
    'organizationId' in message
      ? Prisma.sql`, 'registry', (SELECT registry FROM organization WHERE id = ${message.organizationId})`
      : Prisma.empty
  return insertFrom('outbox', {
    submissionId: Prisma.sql`entry.id`,
    message: Prisma.sql`${JSON.stringify(message)}::jsonb || jsonb_build_object('submissionId', entry.id${registry})`,
    ...turnOf(message),
    dueAt: at,
    createdAt: at,
  })
}

/** What a start waits by for its place; other messages wait for nothing. */
function turnOf(message: Unaddressed<OutboxMessage>) {
  if (message.kind !== 'start-submission')
    return { isStart: false, organizationId: null, priority: Priority.routine }
  const { organizationId, priority = Priority.routine } = message
  return { isStart: true, organizationId, priority }
}
