import pg from 'pg'
import { Prisma } from '../../prisma/generated/client.ts'
import type { NameOf } from './statement-names.ts'

/**
 * SQL of our own, inside a transaction or not. Values: what the driver writes (text, numbers, dates, bytes, arrays of
 * these; null for undefined). Rows: `timestamptz` as Date, `int8` as bigint, `jsonb` parsed, `bytea` as Buffer. Errors:
 * the driver's, with SQLSTATE or the socket's code in `code`.
 */
export interface Statements {
  $queryRaw<Rows>(text: TemplateStringsArray | Prisma.Sql, ...values: unknown[]): Promise<Rows>
  /** The number of rows written. */
  $executeRaw(text: TemplateStringsArray | Prisma.Sql, ...values: unknown[]): Promise<number>
}

/**
 * Straight on the driver: Prisma's way around a statement costs the worker more than the driver's own (docs/performance.md).
 * Shares names with Prisma, because both prepare on the same connections.
 */
export function createStatements(
  connection: Pick<pg.Pool | pg.ClientBase, 'query'>,
  nameOf: NameOf,
): Statements {
  const run = (text: TemplateStringsArray | Prisma.Sql, values: readonly unknown[]) => {
    const statement = 'sql' in text ? text : Prisma.sql(text, ...values)
    const name = nameOf({ sql: statement.text })
    return connection.query({ name, text: statement.text, values: statement.values, types: TYPES })
  }
  return {
    $queryRaw: async <Rows>(text: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) =>
      (await run(text, values)).rows as Rows,
    $executeRaw: async (text, ...values) => (await run(text, values)).rowCount ?? 0,
  }
}

/** The driver reads `int8` as text, because it may not fit a number. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    Number(oid) === pg.types.builtins.INT8 && format !== 'binary'
      ? BigInt
      : pg.types.getTypeParser(oid, format as 'text'),
}
