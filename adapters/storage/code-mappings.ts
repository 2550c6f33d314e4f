import { Prisma } from '../../prisma/generated/client.ts'
import { confirmMappings } from './confirm-mappings.ts'
import { checkAll, nameOf } from './mapping-check.ts'
import type { StoreParts } from './parts.ts'
import type {
  CodeMapping,
  CodeMappings,
  MappingKey,
  MappingKind,
  PutMapping,
  StoredMapping,
} from './port.ts'
import { insertRows } from './rows.ts'
import type { Statements } from './statements.ts'

/** Who confirmed what needs no second person. */
const CHECKED = 'code-lists'

export function createCodeMappings({ database, now }: StoreParts): CodeMappings {
  return {
    async list(organizationId, kind) {
      const query = mappingsQuery(organizationId, kind)
      return database.read((db) => db.$queryRaw<StoredMapping[]>(query))
    },
    async put(organizationId, mappings, actor) {
      const at = now()
      return database.transact(async (tx) => {
        const { refusals, checked } = await checkAll(tx, organizationId, mappings)
        if (refusals.length > 0) return { kind: 'refused', refusals }
        const saved: PutMapping[] = []
        for (const { mapping, reason } of checked) {
          const proved = reason === undefined
          const confirmed = await keep(tx, { organizationId, mapping, proved, at, actor })
          saved.push({
            ...mapping,
            confirmed,
            ...(!confirmed && reason !== undefined && { reason }),
          })
        }
        const audit = { at, organizationId, actor, action: 'mapping.put' }
        await insertRows(
          tx,
          'audit_entry',
          mappings.map((mapping) => ({ ...audit, target: nameOf(mapping) })),
        )
        return { kind: 'saved', mappings: saved }
      })
    },
    confirm: (organizationId, mappings, actor) =>
      database.transact((tx) =>
        confirmMappings(tx, { organizationId, mappings, actor, at: now() }),
      ),
    async remove(organizationId, key, actor) {
      const at = now()
      return database.write(async (tx) => {
        const where = { organizationId, ...keyOf(key) }
        const { count } = await tx.codeMapping.deleteMany({ where })
        if (count === 0) return false
        const audit = { at, organizationId, actor, action: 'mapping.remove', target: nameOf(key) }
        await tx.auditEntry.createMany({ data: [audit] })
        return true
      })
    },
  }
}

interface Kept {
  readonly organizationId: string
  readonly mapping: CodeMapping
  readonly proved: boolean
  readonly at: Date
  readonly actor: string
}

/**
 * Says whether the mapping is confirmed now. The same content keeps its confirmation and its writer, because a second
 * person who enters it again has not said that it is right.
 */
async function keep(
  tx: Statements,
  { organizationId, mapping, proved, at, actor }: Kept,
): Promise<boolean> {
  const { kind, codeSystem, code, targetCode, targetName } = mapping
  // Case of the code system does not matter: another spelling of it is the same mapping.
  await tx.$executeRaw`
    DELETE FROM code_mapping WHERE organization_id = ${organizationId} AND kind = ${kind} AND code = ${code}
      AND lower(code_system) = lower(${codeSystem}) AND code_system <> ${codeSystem}`
  const confirmedAt = proved ? at : null
  const rows = await tx.$queryRaw<{ confirmed: boolean }[]>`
    INSERT INTO code_mapping AS known (organization_id, kind, code_system, code, target_code, target_name,
      updated_at, updated_by, confirmed_at, confirmed_by)
    VALUES (${organizationId}, ${kind}, ${codeSystem}, ${code}, ${targetCode}, ${targetName},
      ${at}, ${actor}, ${confirmedAt}::timestamptz, ${proved ? CHECKED : null})
    ON CONFLICT (organization_id, kind, code_system, code) DO UPDATE SET
      target_code = excluded.target_code, target_name = excluded.target_name,
      updated_at = CASE WHEN ${SAME} THEN known.updated_at ELSE excluded.updated_at END,
      updated_by = CASE WHEN ${SAME} THEN known.updated_by ELSE excluded.updated_by END,
      confirmed_at = CASE WHEN ${SAME} THEN coalesce(known.confirmed_at, excluded.confirmed_at) ELSE excluded.confirmed_at END,
      confirmed_by = CASE WHEN ${SAME} THEN coalesce(known.confirmed_by, excluded.confirmed_by) ELSE excluded.confirmed_by END
    RETURNING confirmed_at IS NOT NULL AS confirmed`
  return rows[0]?.confirmed ?? false
}

const SAME = Prisma.sql`(known.target_code, known.target_name) = (excluded.target_code, excluded.target_name)`

/** Rows: `StoredMapping`. */
export function mappingsQuery(organizationId: string, kind?: MappingKind): Prisma.Sql {
  const ofKind = kind ? Prisma.sql`AND kind = ${kind}` : Prisma.empty
  return Prisma.sql`
    SELECT kind, code_system AS "codeSystem", code, target_code AS "targetCode", target_name AS "targetName",
      confirmed_at IS NOT NULL AS confirmed
    FROM code_mapping WHERE organization_id = ${organizationId} ${ofKind} ORDER BY kind, code_system, code`
}

const keyOf = ({ kind, codeSystem, code }: MappingKey) => ({ kind, codeSystem, code })
