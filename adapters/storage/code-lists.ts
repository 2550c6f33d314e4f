import type { CodeListExcerpt } from '../../domain/document/official-code.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import type { StoreParts } from './parts.ts'
import type { CodeListStore, LoadedCodeList } from './port.ts'
import type { Statements } from './statements.ts'

/** A list loaded for no organisation in particular stands in the audit log under this one. */
const EVERYBODY = '*'

export function createCodeLists({ database, now }: StoreParts): CodeListStore {
  return {
    loaded: () =>
      database.read(
        (db) => db.$queryRaw<LoadedCodeList[]>`
          SELECT l.name, l.version, l.extent, l.loaded_at AS "loadedAt",
            (SELECT count(*)::int FROM code_list_entry WHERE list = l.name) AS entries
          FROM code_list AS l ORDER BY l.name`,
      ),
    async replace({ name, version, extent, entries }, actor) {
      const at = now()
      const rows = JSON.stringify(entries.map((entry) => ({ list: name, ...columnsOf(entry) })))
      await database.transact(async (tx) => {
        // One who loads the same list at the same moment waits here.
        await tx.$executeRaw`
          INSERT INTO code_list (name, version, extent, loaded_at, loaded_by)
          VALUES (${name}, ${version}, ${extent}, ${at}, ${actor})
          ON CONFLICT (name) DO UPDATE SET version = excluded.version, extent = excluded.extent,
            loaded_at = excluded.loaded_at, loaded_by = excluded.loaded_by`
        await tx.$executeRaw`DELETE FROM code_list_entry WHERE list = ${name}`
        await tx.$executeRaw`
          INSERT INTO code_list_entry (list, code, names, entry)
          SELECT list, code, names, entry
          FROM jsonb_to_recordset(${rows}::jsonb) AS row (list text, code text, names text[], entry jsonb)`
        await tx.$executeRaw`
          INSERT INTO audit_entry (at, organization_id, actor, action, target)
          VALUES (${at}, ${EVERYBODY}, ${actor}, 'code-list.load', ${`${name} ${version} ${extent}`})`
      })
    },
  }
}

function columnsOf<T extends { code: string; names: readonly string[] }>(entry: T) {
  return { code: entry.code, names: entry.names, entry }
}

/** What the loaded lists say about codes; a unit is also found by its names. */
export async function excerptOf(
  db: Statements,
  codes: readonly string[],
): Promise<CodeListExcerpt> {
  const rows = await db.$queryRaw<{ lists: CodeListExcerpt }[]>`
    SELECT ${excerptQuery(Prisma.sql`code = ANY(${codes}::text[])`, codes)} AS lists`
  return rows[0]?.lists ?? { extents: {}, tests: [], units: [] }
}

/** One JSON value: `CodeListExcerpt`. `named`: condition on an entry by its code. */
export function excerptQuery(named: Prisma.Sql, spellings: readonly string[]): Prisma.Sql {
  return Prisma.sql`(SELECT jsonb_build_object(
    'extents', (SELECT coalesce(jsonb_object_agg(name, extent), '{}') FROM code_list),
    'tests', (SELECT coalesce(jsonb_agg(entry), '[]') FROM code_list_entry WHERE list = 'fsli' AND ${named}),
    'units', (SELECT coalesce(jsonb_agg(entry), '[]') FROM code_list_entry
      WHERE list = 'units' AND (${named} OR names && ${spellings}::text[]))))`
}
