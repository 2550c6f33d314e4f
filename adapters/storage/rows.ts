import { Prisma } from '../../prisma/generated/client.ts'
import type { Statements } from './statements.ts'

/** Tables written on every submission's way, with the types Prisma derives from the schema. */
interface Tables {
  readonly submission: Prisma.SubmissionCreateManyInput
  readonly submission_version: Prisma.SubmissionVersionCreateManyInput
  readonly blob: Prisma.BlobCreateManyInput
  readonly signature: Prisma.SignatureCreateManyInput
  readonly attempt: Prisma.AttemptCreateManyInput
  readonly acknowledgement: Prisma.AcknowledgementCreateManyInput
  readonly event: Prisma.EventCreateManyInput
  readonly audit_entry: Prisma.AuditEntryCreateManyInput
  readonly consent_check: Prisma.ConsentCheckCreateManyInput
  readonly notification: Prisma.NotificationCreateManyInput
  readonly outbox: Prisma.OutboxCreateManyInput
}

/**
 * One INSERT for all rows; a field that no row has keeps the column's default. Does what `createMany` does for a third
 * of the processor time (measured: 0.4 against 1.5 ms), which is most of what a step of a submission costs.
 */
export async function insertRows<T extends keyof Tables>(
  tx: Statements,
  table: T,
  rows: readonly Tables[T][],
): Promise<void> {
  if (rows.length === 0) return
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const columns = Prisma.raw(fields.map(toColumn).join(', '))
  const values = rows.map((row) => {
    const cells = new Map<string, unknown>(Object.entries(row))
    return Prisma.sql`(${Prisma.join(fields.map((field) => toCell(field, cells.get(field))))})`
  })
  await tx.$executeRaw`INSERT INTO ${Prisma.raw(table)} (${columns}) VALUES ${Prisma.join(values)}`
}

/** A value, or SQL that computes it. */
export type Cell = unknown | Prisma.Sql

type Row = Readonly<Record<string, Cell>>

/** The same for one row inside a larger statement: written for each row of `source`, that is once or not at all. */
export function insertFrom(table: string, row: Row, source = 'entry'): Prisma.Sql {
  const fields = Object.keys(row)
  const columns = Prisma.raw(fields.map(toColumn).join(', '))
  const cells = Prisma.join(fields.map((field) => toCell(field, row[field])))
  return Prisma.sql`INSERT INTO ${Prisma.raw(table)} (${columns}) SELECT ${cells} FROM ${Prisma.raw(source)}`
}

/** A part for each row, by table. */
export function insertsFrom(rows: Readonly<Record<string, readonly Row[]>>): Prisma.Sql[] {
  return Object.entries(rows).flatMap(([table, list]) => list.map((row) => insertFrom(table, row)))
}

/** Follows `entry` in WITH. Parts of one statement see the database as it was before it: none reads what another writes. */
export function namedParts(parts: readonly Prisma.Sql[]): Prisma.Sql {
  const named = parts.map((part, at) => Prisma.sql`, ${Prisma.raw(`part_${at}`)} AS (${part})`)
  return Prisma.join(named, '')
}

/**
 * The same for rows of one table whose numbers have to follow the list: PostgreSQL carries out the parts of a statement in
 * an order of its own, but each of these needs the one before it.
 */
export function partsInOrder(table: string, rows: readonly Row[]): Prisma.Sql {
  const named = rows.map((row, at) => {
    const source = at === 0 ? 'entry' : `entry, ${table}_${at - 1}`
    return Prisma.sql`, ${Prisma.raw(`${table}_${at}`)} AS (${insertFrom(table, row, source)} RETURNING 1)`
  })
  return named.length === 0 ? Prisma.empty : Prisma.join(named, '')
}

/** What is undefined stays as it is. */
export function assignmentsOf(fields: Readonly<Record<string, Cell>>): Prisma.Sql {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Prisma.join(
    given.map(
      ([field, value]) => Prisma.sql`${Prisma.raw(toColumn(field))} = ${toCell(field, value)}`,
    ),
  )
}

/** Sets the given columns of one submission and marks it changed. The caller holds its row. */
export async function updateSubmission(
  tx: Statements,
  id: string,
  fields: Partial<Prisma.SubmissionCreateManyInput>,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE submission SET ${assignmentsOf(fields)}, revision = revision + 1 WHERE id = ${id}::uuid`
}

const JSON_FIELDS = new Set(['details', 'issues', 'message', 'policy', 'request'])

/** The schema maps every field to its snake_case name. */
function toColumn(field: string): string {
  return `"${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}"`
}

function toCell(field: string, value: unknown): unknown {
  if (value === undefined) return null
  if (value instanceof Prisma.Sql) return value
  return JSON_FIELDS.has(field) ? JSON.stringify(value) : value
}
