import { AppError } from '../../domain/shared/app-error.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import { toJsonColumn } from './columns.ts'
import type { EventDraft } from './port.ts'
import type { Cell } from './rows.ts'
import type { Statements } from './statements.ts'

interface EventContext {
  readonly submissionId: string
  readonly version: number
  readonly actor: string
  readonly at: Date
}

/** For a transaction that holds the submission row and counts its events itself: they follow number `lastSeq`. */
export function toEventRows<Context>(
  context: Context,
  lastSeq: number,
  events: readonly EventDraft[],
) {
  return events.map((event, index) => ({
    ...context,
    seq: lastSeq + 1 + index,
    type: event.type,
    text: event.text,
    details: toJsonColumn(event.details ?? {}),
  }))
}

/** The same inside a larger statement: they follow those that `entry` has counted, and its columns may be the context. */
export function eventsFrom(
  context: Readonly<Record<keyof EventContext, Cell>>,
  events: readonly EventDraft[],
) {
  return toEventRows(context, 0, events).map((row) => ({
    ...row,
    seq: Prisma.sql`entry.event_seq + ${row.seq}`,
  }))
}

/** Numbers and adds one event, and marks the submission changed, in one statement that also locks its row. */
export async function appendEvent(
  tx: Statements,
  context: Omit<EventContext, 'version'> & { readonly version?: number },
  event: EventDraft,
): Promise<void> {
  const version = context.version ?? null
  const added = await tx.$executeRaw`
    WITH subject AS (
      UPDATE submission SET event_seq = event_seq + 1, revision = revision + 1, updated_at = ${context.at}
      WHERE id = ${context.submissionId}::uuid RETURNING id, event_seq, version)
    INSERT INTO event (submission_id, seq, at, version, type, text, actor, details)
    SELECT id, event_seq, ${context.at}, coalesce(${version}::int, version), ${event.type}, ${event.text},
      ${context.actor}, ${JSON.stringify(event.details ?? {})}::jsonb FROM subject`
  if (added === 0) throw new AppError('submission-not-found', 'permanent')
}
