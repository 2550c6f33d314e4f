import { createHash } from 'node:crypto'
import type pg from 'pg'

/** Every row of every table as PostgreSQL prints it; bytes also as the text they would be in the clear. */
export async function dumpOf(database: pg.Client): Promise<Map<string, string>> {
  const { rows } = await database.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
  )
  const tables = new Map<string, string>()
  for (const { name } of rows) {
    const found = await database.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" AS t`)
    const text = found.rows.map(({ row }) => row).join('\n')
    const bytes = text.replace(/\\\\?x([0-9a-f]{2,})/g, (_, hex: string) =>
      Buffer.from(hex, 'hex').toString('utf8'),
    )
    tables.set(name, `${text}\n${bytes}`)
  }
  return tables
}

/** Where a value shows: as it is, escaped as JSON, in hex or base64, or by its plain digest, which confirms a guess of it. */
export function tracesIn(
  tables: ReadonlyMap<string, string>,
  values: readonly string[],
): readonly string[] {
  return [...tables].flatMap(([table, text]) =>
    values
      .filter((value) => tracesOf(value).some((trace) => text.includes(trace)))
      .map((value) => `${table}: ${value}`),
  )
}

function tracesOf(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  const base64 = bytes.toString('base64').replace(/=+$/, '')
  // A few bytes in hex or base64 are found in any ciphertext.
  const encoded = bytes.length < 5 ? [] : [bytes.toString('hex'), base64]
  return [value, ...encoded, sha256(value)]
}

export const sha256 = (value: string | Buffer) => createHash('sha256').update(value).digest('hex')
