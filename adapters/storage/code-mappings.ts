import { Prisma } from '../../prisma/generated/client.ts'
import type { StoreParts } from './parts.ts'
import type { CodeMapping, CodeMappings, MappingKind } from './port.ts'

export function createCodeMappings({ database, now }: StoreParts): CodeMappings {
  return {
    async list(organizationId, kind) {
      const query = mappingsQuery(organizationId, kind)
      return database.read((db) => db.$queryRaw<CodeMapping[]>(query))
    },
    async put(organizationId, mappings, actor) {
      const at = now()
      await database.write(async (tx) => {
        for (const mapping of mappings) {
          const { targetCode, targetName } = mapping
          const content = { targetCode, targetName, updatedAt: at, updatedBy: actor }
          const key = { organizationId, ...keyOf(mapping) }
          await tx.codeMapping.upsert({
            where: { organizationId_kind_codeSystem_code: key },
            update: content,
            create: { ...key, ...content },
          })
        }
        await tx.auditEntry.createMany({
          data: mappings.map((mapping) => ({
            at,
            organizationId,
            actor,
            action: 'mapping.put',
            target: nameOf(mapping),
          })),
        })
      })
    },
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

/** Rows: `CodeMapping`. */
export function mappingsQuery(organizationId: string, kind?: MappingKind): Prisma.Sql {
  const ofKind = kind ? Prisma.sql`AND kind = ${kind}` : Prisma.empty
  return Prisma.sql`
    SELECT kind, code_system AS "codeSystem", code, target_code AS "targetCode", target_name AS "targetName"
    FROM code_mapping WHERE organization_id = ${organizationId} ${ofKind} ORDER BY kind, code_system, code`
}

type MappingKey = Pick<CodeMapping, 'kind' | 'codeSystem' | 'code'>
const keyOf = ({ kind, codeSystem, code }: MappingKey) => ({ kind, codeSystem, code })
const nameOf = ({ kind, codeSystem, code }: MappingKey) => `${kind}/${codeSystem}/${code}`
